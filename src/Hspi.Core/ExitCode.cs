namespace Hspi;

/// <summary>What hspi and hspi-card tell the shell, with one meaning in both. README.md lists them, and src/Hspi.Card/README.md what they are of a card; tests hold every one.</summary>
public static class ExitCode
{
    /// <summary>Done; or the claim is consistent, or a platform was identified without a claim; or two sides are the same; or everything that was checked agrees.</summary>
    public const int Good = 0;

    /// <summary>The claim is inconsistent with the evidence; or two sides are different; or a check found mismatches.</summary>
    public const int Inconsistent = 1;

    /// <summary>The caller's words are wrong.</summary>
    public const int Usage = 2;

    /// <summary>The evidence does not decide; or time ran out before everything was checked, and nothing disagreed until then.</summary>
    public const int Unknown = 3;

    /// <summary>An endpoint or an input failed: a server, a file, a driver, a card, a library.</summary>
    public const int Failed = 4;

    /// <summary>Stopped by Ctrl-C; the shell's own convention.</summary>
    public const int Stopped = 130;
}
