namespace Hspi.Mutation;

/// <summary>What became of a fault.</summary>
internal enum Fate
{
    /// <summary>A test failed.</summary>
    Noticed,

    /// <summary>The tests did not come to an end.</summary>
    Hung,

    /// <summary>Every test passed.</summary>
    Survived,
}
