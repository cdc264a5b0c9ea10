using Hspi.Readers;
using Hspi.Readers.Lattice;
using Hspi.Readers.Surface;

namespace Hspi.Comparisons;

/// <summary>Where two sides differ.</summary>
/// <param name="Name"><c>tokens</c>, <c>sampler</c>, <c>engine</c>, <c>precision</c>, <c>weights</c>, <c>kernels</c>, or several with "or" between.</param>
/// <param name="Seen">What shows it.</param>
public sealed record Layer(string Name, string Seen);

/// <summary>Says where sides differ that do; what is not visible is not guessed.</summary>
internal static class LayerRules
{
    /// <summary>Changes of kernels are not known to move log-odds by so much (median, nats); weight formats below 5 bits did on the small model that was tried.</summary>
    private const double SurelyWeights = 0.5;

    /// <summary>Changes of 16-bit weights to 8 bits moved them by more than this.</summary>
    private const double HardlyWeights = 0.02;

    /// <summary>Numbers need a p of their own here to count as seen.</summary>
    private const double Seen = 0.01;

    public static IReadOnlyList<Layer> Of(ComparedSide a, ComparedSide b, Comparison found, Matched matched)
    {
        List<Layer> layers = [];
        if (PromptLengths(matched) is { } lengths)
        {
            layers.Add(lengths);
        }

        if (a.Findings is { } ofA && b.Findings is { } ofB)
        {
            if (ofA.Surface.Engine != ofB.Surface.Engine && ofA.Surface.Engine != SurfaceReader.Unknown && ofB.Surface.Engine != SurfaceReader.Unknown)
            {
                layers.Add(new Layer("engine", $"A looks like {ofA.Surface.Engine}, B like {ofB.Surface.Engine}."));
            }

            if (ofA.Head.Head != ofB.Head.Head && HeadText.Known.Contains(ofA.Head.Head) && HeadText.Known.Contains(ofB.Head.Head))
            {
                layers.Add(new Layer("precision", $"The head of A computes in {ofA.Head.Head.Word()}, that of B in {ofB.Head.Head.Word()}."));
            }
        }

        var moved = found.Numbers?.P <= Seen || (a.Steady && b.Steady);
        if (moved && Scale(matched) is { } scale)
        {
            layers.Add(new Layer("sampler", FormattableString.Invariant($"B's log-odds are {scale:0.###} times A's: a temperature or a scale of the logits.")));
        }
        else if (moved && found.Between is { } size && !layers.Exists(layer => layer.Name is "tokens"))
        {
            var typical = FormattableString.Invariant($"The median difference of log-odds is {size:0.######} nats, within a side {found.Within ?? 0:0.######}.");
            layers.Add(size >= SurelyWeights ? new Layer("weights", $"{typical} No change of kernels is known to move them so far.")
                : size <= HardlyWeights ? new Layer("precision or kernels", $"{typical} 8-bit weights in place of 16-bit ones moved them farther.")
                : new Layer("weights or kernels", $"{typical} Changes of either have this size."));
        }
        else if (!moved && found.Met.P <= Seen)
        {
            layers.Add(new Layer(found.Numbers is null ? "tokens" : "sampler", "The chosen tokens differ more between the sides than within, and the numbers behind them do not."));
        }

        return layers;
    }

    private static Layer? PromptLengths(Matched matched)
    {
        foreach (var prompt in matched.Prompts)
        {
            var counts = prompt.Where(one => one.Sample.Answer.Usage is { PromptTokens: > 0 }).ToLookup(one => one.OfA, one => one.Sample.Answer.Usage!.PromptTokens);
            if (counts[true].Any() && counts[false].Any() && !counts[true].Intersect(counts[false]).Any())
            {
                return new Layer("tokens", $"A counts {counts[true].First()} tokens in a prompt, B {counts[false].First()}: another tokenizer, template or hidden prompt.");
            }
        }

        return null;
    }

    /// <summary>B's log-odds over A's, where one factor explains nearly all of the difference; null where it does not.</summary>
    private static double? Scale(Matched matched)
    {
        var pairs = (from prompt in matched.Prompts
                     let a = prompt.FirstOrDefault(one => one.OfA && one.Numbers.Any)
                     let b = prompt.FirstOrDefault(one => !one.OfA && one.Numbers.Any)
                     where a is not null && b is not null
                     let common = a.Numbers.First.Keys.Where(b.Numbers.First.ContainsKey).ToList()
                     where common.Count > 1
                     let best = common.MaxBy(token => a.Numbers.First[token])!
                     from token in common
                     where token != best
                     select (A: a.Numbers.First[token] - a.Numbers.First[best], B: b.Numbers.First[token] - b.Numbers.First[best])).ToList();
        return OddsScale.Of(pairs);
    }
}
