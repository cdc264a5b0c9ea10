using Hspi.Exchanges;

namespace Hspi.Interviews;

/// <summary>Whether the evidence of a run is whole: a chain of hashes shows that nothing was changed, and not that nothing was left off at its end.</summary>
public enum Ending
{
    /// <summary>Its last record says that the run came to its end.</summary>
    Closed,

    /// <summary>It has no such record: the run was stopped, or goes on, or somebody cut it.</summary>
    Unfinished,

    /// <summary>It is of a version of hspi that closed no evidence: nobody can tell.</summary>
    BeforeClosing,
}

/// <summary>The last record of a run.</summary>
public static class ClosingRecord
{
    /// <summary>The setting that says, on the first line, that a closing record is to be expected.</summary>
    internal const string Setting = "evidence";

    /// <summary>Its value: the version of what a run writes.</summary>
    internal const string Version = "2";

    private const string Kind = "closed";

    /// <summary>Closes the evidence of a run that came to its end.</summary>
    internal static void Add(EvidenceWriter evidence) => evidence.AppendNote(Kind, "{}");

    /// <summary>How the evidence ends.</summary>
    public static Ending Of(EvidenceLog log) =>
        !log.Settings.ContainsKey(Setting) ? Ending.BeforeClosing
        : log.Last is EvidenceRecord.Note { Kind: Kind } && !log.Truncated ? Ending.Closed
        : Ending.Unfinished;
}
