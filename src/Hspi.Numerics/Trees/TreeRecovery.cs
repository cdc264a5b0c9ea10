namespace Hspi.Numerics.Trees;

/// <summary>FPRev: finds the order of a sum from its results alone.</summary>
/// <remarks><code>
/// term i = +M, term j = −M, all others 1:  what is added to M before −M arrives is lost, so
/// lost(i, j) = n − 2 − result + 2 = size of the smallest subtree that holds i and j
/// </code>
/// The tree follows from these sizes: seen from its first term, the others group by size, and each group is a tree of its own.
/// A fused block has several children of one size. Units that add a block exactly lose nothing inside it; such terms are one fused node.
/// Source: Xie et al., "FPRev" (USENIX ATC 2025).
/// </remarks>
public static class TreeRecovery
{
    /// <summary>Asks at most n(n − 1)/2 sums.</summary>
    /// <param name="summation">What is asked.</param>
    /// <param name="terms">n, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">n is below 1.</exception>
    public static SummationTree Recover(ISummation summation, int terms)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(terms, 1);
        var asked = new MaskTerm[terms];
        return Build([.. Enumerable.Range(0, terms)], (i, j) =>
        {
            Array.Fill(asked, MaskTerm.One);
            asked[i] = MaskTerm.Mask;
            asked[j] = MaskTerm.MinusMask;
            return terms - (int)Math.Round(summation.Sum(asked));
        }).Tree;
    }

    // `Size` is what the masks said of the root, which for exact blocks is less than the number of terms below it.
    private static (SummationTree Tree, int Size) Build(int[] terms, Func<int, int, int> size)
    {
        SummationTree tree = new SummationTree.Leaf(terms[0]);
        var reached = 1;
        foreach (var group in terms.Skip(1).GroupBy(j => size(terms[0], j)).OrderBy(group => group.Key))
        {
            var (other, otherSize) = Build([.. group], size);
            // Same size seen from the group's own first term: these are not a subtree but further children of the same addition.
            // Fewer lost than there are terms: the group is added to the running sum at once and exactly.
            var sameAddition = otherSize == group.Key || group.Key < tree.Size + other.Size;
            IEnumerable<SummationTree> added = other is SummationTree.Node node && sameAddition ? node.Children : [other];
            tree = new SummationTree.Node([.. added.Prepend(tree).OrderBy(child => child.First)]);
            reached = group.Key;
        }

        return (tree, reached);
    }
}
