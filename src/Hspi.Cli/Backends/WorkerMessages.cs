using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using Hspi.Answers;
using Hspi.Probes;

namespace Hspi.Cli.Backends;

/// <summary>What the parent sends to a worker, one JSON line each.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "ask")]
[JsonDerivedType(typeof(Prompt), "prompt")]
[JsonDerivedType(typeof(Image), "image")]
[JsonDerivedType(typeof(Matmul), "matmul")]
internal abstract record WorkerQuestion
{
    private WorkerQuestion() { }

    public sealed record Prompt(string Id, int Version, string Text, int NewTokens, bool ScorePrompt) : WorkerQuestion;

    public sealed record Image(string Id, int Version, int Height, int Width, byte[] Pixels) : WorkerQuestion;

    public sealed record Matmul(string Id, int Version, int M, int N, int K, ulong Seed) : WorkerQuestion;

    public static WorkerQuestion Of(Probe probe) => probe switch
    {
        PromptProbe prompt => new Prompt(prompt.Id, prompt.Version, prompt.Prompt, prompt.NewTokens, prompt.ScorePrompt),
        ImageProbe image => new Image(image.Id, image.Version, image.Height, image.Width, image.Pixels.ToArray()),
        MatmulProbe matmul => new Matmul(matmul.Id, matmul.Version, matmul.M, matmul.N, matmul.K, matmul.Seed),
        _ => throw new ArgumentOutOfRangeException(nameof(probe), probe, "A probe kind that workers are not asked."),
    };

    public Probe ToProbe() => this switch
    {
        Prompt prompt => new PromptProbe(prompt.Id, prompt.Version, prompt.Text, prompt.NewTokens) { ScorePrompt = prompt.ScorePrompt },
        Image image => new ImageProbe(image.Id, image.Version, image.Height, image.Width, image.Pixels),
        Matmul matmul => new MatmulProbe(matmul.Id, matmul.Version, matmul.M, matmul.N, matmul.K, matmul.Seed),
        _ => throw new InvalidOperationException($"{GetType().Name} has no probe."),
    };
}

/// <summary>What a worker sends back: first that it is ready, then one line for each question.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "say")]
[JsonDerivedType(typeof(Ready), "ready")]
[JsonDerivedType(typeof(Measured), "measured")]
[JsonDerivedType(typeof(Unsupported), "unsupported")]
[JsonDerivedType(typeof(Failed), "failed")]
internal abstract record WorkerAnswer
{
    private WorkerAnswer() { }

    public sealed record Ready : WorkerAnswer;

    public sealed record Measured(IReadOnlyList<WorkerStep> Steps) : WorkerAnswer;

    public sealed record Unsupported(string Reason) : WorkerAnswer;

    public sealed record Failed(string Reason) : WorkerAnswer;

    public static WorkerAnswer Of(Answer answer) => answer switch
    {
        Answer.Measured(_, var steps) => new Measured([.. steps.Select(WorkerStep.Of)]),
        Answer.Unsupported(_, var reason) => new Unsupported(reason),
        _ => throw new InvalidOperationException($"{answer.GetType().Name} has no line."),
    };
}

/// <summary>A step of a local platform. Logits travel as the bytes of their fp32 bits, so none can change on the way.</summary>
internal sealed record WorkerStep(int? TokenId, string Token, byte[] Logits)
{
    public static WorkerStep Of(Step step) => new(step.TokenId, step.Token, MemoryMarshal.AsBytes(step.Logits.Span).ToArray());

    public Step ToStep() => new() { TokenId = TokenId, Token = Token, Logits = MemoryMarshal.Cast<byte, float>(Logits).ToArray() };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(WorkerQuestion))]
[JsonSerializable(typeof(WorkerAnswer))]
internal sealed partial class WorkerJson : JsonSerializerContext;
