using System.Text;

namespace Hspi.Numerics.Trees;

/// <summary>In which order terms are added: a leaf is a term, a node adds its children at once.</summary>
public abstract record SummationTree
{
    private SummationTree()
    {
    }

    /// <summary>How many terms lie below.</summary>
    public abstract int Size { get; }

    /// <summary>The lowest index of a term below.</summary>
    public abstract int First { get; }

    /// <summary>One term.</summary>
    /// <param name="Index">Its index k.</param>
    public sealed record Leaf(int Index) : SummationTree
    {
        /// <inheritdoc/>
        public override int Size => 1;

        /// <inheritdoc/>
        public override int First => Index;
    }

    /// <summary>An addition of two or more values at once; more than two is a fused block.</summary>
    /// <param name="Children">In ascending order of their first term.</param>
    public sealed record Node(IReadOnlyList<SummationTree> Children) : SummationTree
    {
        /// <inheritdoc/>
        public override int Size { get; } = Children.Sum(child => child.Size);

        /// <inheritdoc/>
        public override int First { get; } = Children.Min(child => child.First);

        /// <summary>How many values it adds at once.</summary>
        public int FanIn => Children.Count;
    }

    /// <summary>The widest addition: L + 1 of a fused matrix unit, 2 of ordinary additions.</summary>
    public int WidestFanIn => this is Node node ? Math.Max(node.FanIn, node.Children.Max(child => child.WidestFanIn)) : 0;

    /// <summary>The tree in brackets: <c>((0..7)+8..15)</c>; <c>a..b</c> are terms added at once.</summary>
    public sealed override string ToString() => this switch
    {
        Leaf leaf => leaf.Index.ToString(),
        Node node => $"({string.Join("+", Runs(node).Select(run => run.Text))})",
        _ => throw new InvalidOperationException($"No case for {GetType().Name}."),
    };

    /// <summary>The tree drawn with one addition per line, a chain as a list of steps.</summary>
    public string Draw()
    {
        var text = new StringBuilder();
        Draw(this, "", text);
        return text.ToString().TrimEnd('\n');
    }

    private static void Draw(SummationTree tree, string indent, StringBuilder text)
    {
        if (tree is not Node node)
        {
            text.Append(indent).Append(tree).Append('\n');
            return;
        }

        // A long chain is one list, not a staircase: step i adds to the result of step i − 1.
        var steps = new Stack<Node>();
        for (var spine = node; ; spine = (Node)spine.Children[0])
        {
            steps.Push(spine);
            if (spine.Children[0] is not Node)
            {
                break;
            }
        }

        var number = 0;
        foreach (var step in steps)
        {
            number++;
            var added = number == 1 ? step : step with { Children = [.. step.Children.Skip(1)] };
            var complex = added.Children.OfType<Node>().Any();
            text.Append(indent).Append(number == 1 ? "  " : "+ ");
            text.Append(complex ? $"{added.Size} terms:" : string.Join(", ", Runs(added).Select(run => run.Text)));
            text.Append(step.FanIn > 2 ? $"   ({step.FanIn} at once)\n" : "\n");
            if (complex)
            {
                foreach (var child in added.Children)
                {
                    Draw(child, indent + "    ", text);
                }
            }
        }
    }

    // Consecutive leaves as one range, the way people write them.
    private static IEnumerable<(string Text, int Last)> Runs(Node node)
    {
        for (var i = 0; i < node.Children.Count; i++)
        {
            if (node.Children[i] is not Leaf first)
            {
                yield return (node.Children[i].ToString(), 0);
                continue;
            }

            var last = first.Index;
            while (i + 1 < node.Children.Count && node.Children[i + 1] is Leaf next && next.Index == last + 1)
            {
                last = next.Index;
                i++;
            }

            yield return (last == first.Index ? $"{last}" : last == first.Index + 1 ? $"{first.Index}+{last}" : $"{first.Index}..{last}", last);
        }
    }
}
