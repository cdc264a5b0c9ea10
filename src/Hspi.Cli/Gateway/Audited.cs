using System.Collections.Concurrent;
using Hspi.Platforms;
using Hspi.Probes;

namespace Hspi.Cli.Gateway;

/// <summary>A server under audit: what it is, what it may be mixed with, and who asks it just now.</summary>
/// <remarks>
/// A busy one computes in other ways the more requests it has: its first state alone, the next with up to four, the last with more. Of emulated
/// cards these are the same unit with the sum split in two, as a library does for other shapes of the batch; of engines on this machine, larger batches.
/// A real llama-server is busy by itself, when others ask it.
/// </remarks>
internal sealed class Audited
{
    private const int Few = 4;

    private readonly ServePool _pool;
    private readonly ConcurrentDictionary<string, int> _seen = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private SeededNormal _chance;
    private int _running;

    /// <param name="pool">Where the servers are.</param>
    /// <param name="platform">What it truly is when nobody else asks.</param>
    /// <param name="offered">Every platform that may be mixed in.</param>
    /// <param name="seed">Of its choices.</param>
    public Audited(ServePool pool, Platform platform, IReadOnlyList<Platform> offered, ulong seed)
    {
        (_pool, Platform, _chance) = (pool, platform, new SeededNormal(seed));
        States = StatesOf(platform, offered);
        // What is cheaper to serve and hardest to see: 8 bits, where they are offered.
        Lie = offered.Where(other => Width(other) is > 0 and var width && width < Width(platform) && other with { Precision = platform.Precision } == platform).OrderByDescending(other => Width(other) <= 8).ThenByDescending(Width).FirstOrDefault();
        BusyLie = Lie is null ? [] : StatesOf(Lie, offered);
        Replica = offered.FirstOrDefault(other => other.Kernels != platform.Kernels && other with { Kernels = platform.Kernels } == platform);
    }

    /// <summary>What it truly is.</summary>
    public Platform Platform { get; }

    /// <summary>How it computes alone, with a few others, and with more.</summary>
    public IReadOnlyList<Platform> States { get; }

    /// <summary>Like it in everything but a narrower precision; null where none is offered.</summary>
    public Platform? Lie { get; }

    /// <summary>The same of the lie.</summary>
    public IReadOnlyList<Platform> BusyLie { get; }

    /// <summary>Like it in everything but the kernels; null where none is offered.</summary>
    public Platform? Replica { get; }

    /// <summary>Whether it computes otherwise when others ask too.</summary>
    public bool IsBusy => States.Count > 1 || _pool.IsLive(Platform);

    /// <summary>The same of the lie.</summary>
    public bool IsLieBusy => BusyLie.Count > 1 || (Lie is not null && _pool.IsLive(Lie));

    /// <summary>As it answers alone.</summary>
    public Task<GatewayReply> OwnAsync(GatewayRequest request) => _pool.AskAsync(Platform, request);

    /// <summary>As it answers beside the requests that run just now.</summary>
    public Task<GatewayReply> BusyAsync(GatewayRequest request) => BesideAsync(States, request);

    /// <summary>The same of the lie.</summary>
    public Task<GatewayReply> BusyLieAsync(GatewayRequest request) => BesideAsync(BusyLie, request);

    /// <summary>What was asked before is answered in its second state, as from a cache.</summary>
    public Task<GatewayReply> CachedAsync(GatewayRequest request) =>
        _pool.AskAsync(_seen.AddOrUpdate(request.Body, 1, (_, times) => times + 1) > 1 && States.Count > 1 ? States[1] : Platform, request);

    /// <summary>The narrower precision's answer.</summary>
    public Task<GatewayReply> LieAsync(GatewayRequest request) => _pool.AskAsync(Lie!, request);

    /// <summary>The other version's answer.</summary>
    public Task<GatewayReply> ReplicaAsync(GatewayRequest request) => _pool.AskAsync(Replica!, request);

    /// <summary>True with this probability.</summary>
    public bool Chance(double share)
    {
        lock (_gate)
        {
            return _chance.NextUniform() < share;
        }
    }

    /// <summary>True with this probability for a question, and never for what only asks what the endpoint can do.</summary>
    public bool ChanceOf(GatewayRequest request, double share) => IsQuestion(request) && Chance(share);

    /// <summary>Whether a request asks for more than a token or two.</summary>
    public static bool IsQuestion(GatewayRequest request) => request.Body.Length > 0 && !request.Body.Contains("\"max_tokens\":1,", StringComparison.Ordinal) && !request.Body.Contains("\"max_tokens\":1}", StringComparison.Ordinal);

    private static List<Platform> StatesOf(Platform platform, IReadOnlyList<Platform> offered)
    {
        List<Platform> Like(Func<Platform, bool> isState) => [platform, .. offered.Where(isState)];
        return platform switch
        {
            { Engine: "emulated", Parallelism: "" } => Like(other => other.Parallelism == "splitk2" && other with { Parallelism = "" } == platform),
            { Batch: 1, Parallelism: "" } => Like(other => other.Batch > 1 && other with { Batch = 1 } == platform),
            _ => [platform],
        };
    }

    /// <summary>Bits of its significands and exponents, roughly; 0 where it is not known.</summary>
    private static int Width(Platform platform) => platform.Precision switch
    {
        "fp64" => 64,
        "fp32" => 32,
        "tf32" => 19,
        "bf16" or "fp16" or "bf16-weights" or "fp16-weights" => 16,
        "fp8" or "int8-dynamic" or "q8_0" => 8,
        "q5_0" => 5,
        "nvfp4" or "mxfp4" or "int4" or "q4_0" or "q4_k_m" => 4,
        _ => 0,
    };

    private async Task<GatewayReply> BesideAsync(IReadOnlyList<Platform> states, GatewayRequest request)
    {
        var running = Interlocked.Increment(ref _running);
        try
        {
            // Long enough for others to come meanwhile.
            await Task.Delay(3);
            var state = running <= 1 ? 0 : running <= Few ? 1 : 2;
            return await _pool.AskAsync(states[Math.Min(state, states.Count - 1)], request);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }
}
