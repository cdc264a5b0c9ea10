using Hspi.Numerics.Formats;

namespace Hspi.Numerics.Reductions;

/// <summary>In which order the terms of one output are added: chains on the matrix unit, joined by ordinary additions.</summary>
public abstract record SummationSchedule
{
    private SummationSchedule()
    {
    }

    /// <summary>Terms that the unit adds one block after another, from zero; each range starts a new instruction.</summary>
    public sealed record Chain(IReadOnlyList<TermRange> Ranges) : SummationSchedule
    {
        /// <summary>A chain of one range.</summary>
        public Chain(TermRange range)
            : this([range])
        {
        }
    }

    /// <summary>Partial sums, added from the first to the last with ordinary FP32 additions (FP64 on FP64 units).</summary>
    /// <param name="Parts">At least one.</param>
    /// <param name="Partial">Each part is rounded to this format before it is added.</param>
    /// <param name="Running">The running sum is rounded to this format after every addition.</param>
    public sealed record Sum(IReadOnlyList<SummationSchedule> Parts, NumberFormat Partial, NumberFormat Running) : SummationSchedule;
}
