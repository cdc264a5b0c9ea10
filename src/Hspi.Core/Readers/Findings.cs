using Hspi.Readers.Lattice;
using Hspi.Readers.LogUnit;
using Hspi.Readers.NumberText;
using Hspi.Readers.Steadiness;
using Hspi.Readers.Surface;

namespace Hspi.Readers;

/// <summary>What answers give away by themselves, each reader's whole finding: reports draw from it and measure nothing again.</summary>
/// <param name="Surface">The engine.</param>
/// <param name="Numbers">Which numbers are printed, and how.</param>
/// <param name="Head">The precision of the model's head.</param>
/// <param name="LogUnit">The logarithm, as far as values near 0 show it.</param>
/// <param name="Steadiness">Whether greedy answers repeat themselves.</param>
public sealed record Findings(SurfaceFinding Surface, NumberTextFinding Numbers, LatticeFinding Head, LogUnitFinding LogUnit, SteadinessFinding Steadiness)
{
    /// <summary>What every reader saw, in the order of the reports.</summary>
    public IReadOnlyList<Reading> Readings => [Surface.Reading, Numbers.Reading, Head.Reading, LogUnit.Reading, Steadiness.Reading];
}
