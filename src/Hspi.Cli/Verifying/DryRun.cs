using Hspi.Backends.Endpoint;
using Hspi.Dialects;

namespace Hspi.Cli.Verifying;

/// <summary>Says what would be sent and what it could cost at most; sends nothing.</summary>
internal static class DryRun
{
    public static void Print(EndpointClient client, IDialect dialect, string model, Func<Capabilities, IReadOnlyList<Question>> plan, BudgetLimits limits)
    {
        var capabilities = new Capabilities { Dialect = dialect, Model = model, Logprobs = true, Alternatives = dialect.MostAlternatives };
        var questions = plan(capabilities).Take(Math.Max(0, limits.MostCalls - CapabilityProbe.MostCalls)).ToList();
        Console.Error.WriteLine($"hspi: at most {CapabilityProbe.MostCalls} calls find the dialect and the model; then, if it is {dialect.Name}:");
        long prompt = 0, completion = 0;
        foreach (var question in questions)
        {
            var request = client.Plan(dialect.Request(question));
            Console.Out.WriteLine($"{request.Method} {request.Url} {request.Body}");
            var worst = Budget.WorstCase(request, question.NewTokens);
            prompt += worst.PromptTokens;
            completion += worst.CompletionTokens;
        }

        var usd = limits.Price is { } price ? FormattableString.Invariant($", ${price.Of(prompt, completion):0.######}") : "";
        Console.Error.WriteLine(FormattableString.Invariant($"hspi: at most {questions.Count + CapabilityProbe.MostCalls} calls, {prompt + completion} tokens{usd} in the worst case (one token per byte sent). Nothing was sent."));
    }
}
