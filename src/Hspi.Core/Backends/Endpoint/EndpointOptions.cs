namespace Hspi.Backends.Endpoint;

/// <summary>How patient, and how trusting, the client is.</summary>
public sealed record EndpointOptions
{
    /// <summary>The endpoint, with or without a trailing <c>/v1</c>.</summary>
    public required Uri Address { get; init; }

    /// <summary>The address that a user typed.</summary>
    /// <exception cref="UsageException">It is no http or https address; the message holds no secret of it.</exception>
    public static Uri Parse(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new UsageException($"\"{new Exchanges.SecretScrubber().ScrubAddress(text)}\" is not an http or https address, such as http://127.0.0.1:8080/v1.");

    /// <summary>The proxy that the user named; null takes the one of the environment, and that for https alone.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>Until a connection stands; default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest silence, from sending to the headers and then between two pieces of the body; default 60 s, because a cold model has to load.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>From sending to the last byte; default 300 s. Ends streams that never end, and bodies that trickle.</summary>
    public TimeSpan WholeTimeout { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>From the first question to the last answer, pauses included; null for no limit.</summary>
    public TimeSpan? MostTime { get; init; }

    /// <summary>The largest answer to a question that is read, after decompression; default 512 KiB, ten times the longest honest one.</summary>
    public int MostBodyBytes { get; init; } = 512 << 10;

    /// <summary>The largest list of models that is read; default 2 MiB.</summary>
    public int MostListBytes { get; init; } = 2 << 20;

    /// <summary>All bodies of a run together; default 24 MiB. Everything is kept and read, and that needs many times as much memory.</summary>
    public long MostRunBytes { get; init; } = 24 << 20;

    /// <summary>Sends per question in all, when the server asks for patience; default 6.</summary>
    public int Attempts { get; init; } = 6;

    /// <summary>The first pause; each further one doubles. Default 1 s.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause, also of those that the server asks for; default 60 s. A longer wish ends the run.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Seed of the jitter of ±10 %, so that many clients do not come back at once.</summary>
    public ulong Seed { get; init; }
}
