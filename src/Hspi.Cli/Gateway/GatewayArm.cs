using System.Globalization;

namespace Hspi.Cli.Gateway;

/// <summary>What a gateway does with requests, and what a verdict about it should be.</summary>
/// <param name="Name">As the table prints it.</param>
/// <param name="Kind">Whether the claim is true.</param>
/// <param name="Answer">Answers one request.</param>
internal sealed record GatewayArm(string Name, ArmKind Kind, Func<Audited, GatewayRequest, Task<GatewayReply>> Answer)
{
    private const string SystemPrompt = "You are a careful assistant and never say more than you were asked. ";

    /// <summary>Other callers that ask all the time; 0 for none.</summary>
    public int Callers { get; private init; }

    /// <summary>Every arm, in the order of the table.</summary>
    public static IReadOnlyList<GatewayArm> All { get; } =
    [
        new("honest", ArmKind.Honest, (audited, request) => audited.OwnAsync(request)),
        Busy(2), Busy(4), Busy(8),
        new("prompt cache", ArmKind.Honest, (audited, request) => audited.CachedAsync(request)),
        new("replicas of two versions", ArmKind.Replicas, (audited, request) => audited.Chance(0.5) ? audited.OwnAsync(request) : audited.ReplicaAsync(request)),
        Printing("printed anew", number => number.ToString("R", CultureInfo.InvariantCulture)),
        Rounded(6), Rounded(5), Rounded(4), Rounded(3),
        Printing("float16 print", number => ((double)(Half)number).ToString("R", CultureInfo.InvariantCulture)),
        Printing("bfloat16 print", number => ((double)Bfloat16(number)).ToString("R", CultureInfo.InvariantCulture)),
        Changing("fields reversed", Rewriting.Reversed),
        Changing("5 alternatives", body => Rewriting.Alternatives(body, 5)),
        new("hidden system prompt", ArmKind.Honest, (audited, request) => audited.OwnAsync(request with { Body = request.Body.Length > 0 ? Rewriting.Prompt(request.Body, SystemPrompt) : "" })),
        new("temperature 0.7", ArmKind.Honest, (audited, request) => audited.OwnAsync(request with { Body = request.Body.Length > 0 ? Rewriting.Field(request.Body, "temperature", 0.7) : "" })),
        new("slow", ArmKind.Honest, async (audited, request) =>
        {
            await Task.Delay(50);
            return await audited.OwnAsync(request);
        }),
        Failing("429 now and then", new GatewayReply(429, """{"error":{"message":"slow down"}}""")),
        Failing("connections break", new GatewayReply(0, "")),
        new("narrower precision", ArmKind.Lie, (audited, request) => audited.LieAsync(request)),
        new("narrower precision, busy 4", ArmKind.Lie, (audited, request) => audited.BusyLieAsync(request)) { Callers = 4 },
        Diluted(0.5), Diluted(0.3), Diluted(0.1), Diluted(0.03),
        Silent("silent half: HTTP 400", _ => new GatewayReply(400, """{"error":{"message":"logprobs is not supported","type":"invalid_request_error"}}""")),
        Silent("silent half: no logprobs", reply => reply with { Body = Rewriting.WithoutLogprobs(reply.Body) }),
        Silent("silent half: error in a 200", _ => new GatewayReply(200, """{"error":{"message":"internal error","code":500}}""")),
        Silent("silent half: no choice", _ => new GatewayReply(200, """{"object":"text_completion","model":"hspi-decoder","choices":[]}""")),
    ];

    /// <summary>Whether it can be played with this server.</summary>
    public bool Fits(Audited audited) =>
        (Callers == 0 || audited.IsBusy)
        && Kind switch
        {
            ArmKind.Replicas => audited.Replica is not null,
            ArmKind.Lie or ArmKind.Silent => Callers == 0 ? audited.Lie is not null : audited.IsLieBusy,
            _ => Name != "prompt cache" || audited.IsBusy,
        };

    private static GatewayArm Busy(int callers) =>
        new($"busy, {callers} callers", ArmKind.Honest, (audited, request) => audited.BusyAsync(request)) { Callers = callers };

    private static GatewayArm Rounded(int decimals) => Printing($"{decimals} decimals", number => number.ToString($"F{decimals}", CultureInfo.InvariantCulture));

    private static GatewayArm Printing(string name, Func<double, string> print) => Changing(name, body => Rewriting.Logprobs(body, print));

    private static GatewayArm Changing(string name, Func<string, string> change) => new(name, ArmKind.Honest, async (audited, request) =>
        await audited.OwnAsync(request) is var reply && request.Body.Length > 0 ? reply with { Body = change(reply.Body) } : reply);

    private static GatewayArm Failing(string name, GatewayReply failure) => new(name, ArmKind.Honest, (audited, request) =>
        request.Body.Length > 0 && audited.Chance(0.2) ? Task.FromResult(failure) : audited.OwnAsync(request));

    private static GatewayArm Diluted(double share) => new($"{share:P0} narrower precision", ArmKind.Lie, (audited, request) =>
        audited.ChanceOf(request, share) ? audited.LieAsync(request) : audited.OwnAsync(request));

    private static GatewayArm Silent(string name, Func<GatewayReply, GatewayReply> silence) => new(name, ArmKind.Silent, async (audited, request) =>
        Audited.IsQuestion(request) && audited.ChanceOf(request, 0.5) ? silence(await audited.LieAsync(request)) : await audited.OwnAsync(request));

    private static float Bfloat16(double number)
    {
        var bits = BitConverter.SingleToUInt32Bits((float)number);
        return BitConverter.UInt32BitsToSingle((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000);
    }
}

/// <summary>Whether what is claimed about a gateway is true, and so which verdict is right.</summary>
internal enum ArmKind
{
    /// <summary>True: consistent is right, inconsistent wrong.</summary>
    Honest,

    /// <summary>True of precision and device, and nothing else is claimed.</summary>
    Replicas,

    /// <summary>Another precision answers, always or in part: inconsistent is right, consistent wrong.</summary>
    Lie,

    /// <summary>The other precision answers in part and shows no numbers: everything but consistent is right.</summary>
    Silent,
}
