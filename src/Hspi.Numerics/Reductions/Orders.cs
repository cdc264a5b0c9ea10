namespace Hspi.Numerics.Reductions;

/// <summary>How split-K keeps its partial sums; cuBLASLt's REDUCTION_SCHEME.</summary>
public enum SplitMerge
{
    /// <summary>FP32 partials in a workspace, added in FP32 from the first (nvjet; scheme 2).</summary>
    Fp32Workspace,

    /// <summary>Partials rounded to the output type, added in FP32 (scheme 4).</summary>
    OutputPartials,

    /// <summary>One running sum that is kept in the output type between slices (schemes 0 and 1).</summary>
    SerialOutput,
}

/// <summary>In which order an all-reduce adds the ranks.</summary>
public enum AllReduceOrder
{
    /// <summary>Rank 0 first, everywhere.</summary>
    Forward,

    /// <summary>Each of n chunks of the output starts at the next rank and ends at its own.</summary>
    Ring,

    /// <summary>Neighbours, then pairs of pairs.</summary>
    Tree,
}

/// <summary>In which order a vector loop adds its lanes.</summary>
public enum LaneOrder
{
    /// <summary>Lane 0 first.</summary>
    Forward,

    /// <summary>Neighbours, then pairs of pairs.</summary>
    Halves,
}
