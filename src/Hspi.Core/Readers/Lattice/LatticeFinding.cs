namespace Hspi.Readers.Lattice;

/// <summary>What the logit lattice says of the head.</summary>
/// <param name="Reading">Aspect <c>head</c>, alternatives <c>bf16</c>, <c>fp16</c>, <c>fp32</c>.</param>
/// <param name="Head">The format that is named.</param>
/// <param name="Likelihoods">All requests together.</param>
/// <param name="Detail">What a report draws.</param>
public sealed record LatticeFinding(Reading Reading, Head Head, HeadLikelihoods Likelihoods, LatticeDetail Detail);

/// <summary>What a report draws of the lattice.</summary>
/// <param name="Requests">Requests in which at least one gap could be read.</param>
/// <param name="Positions">Positions read in them.</param>
/// <param name="Named">Requests by the head that each by itself shows, unknown included.</param>
/// <param name="Scale">1 for plain logprobs; otherwise nats per logit up to a power of two, 1 to 2: a hidden temperature or logit scale.</param>
/// <param name="Decimals">Most digits after the point that were printed.</param>
/// <param name="Sentinels">Numbers left out that say "none".</param>
/// <param name="Duplicates">Numbers left out because a token was listed twice.</param>
/// <param name="Repeated">Positions left out because all their characters came before.</param>
/// <param name="Mixture">Whether two precisions answer.</param>
/// <param name="Examples">The first positions that were read, at most 40.</param>
public sealed record LatticeDetail(
    long Requests,
    long Positions,
    IReadOnlyDictionary<Head, long> Named,
    double Scale,
    int Decimals,
    long Sentinels,
    long Duplicates,
    long Repeated,
    MixtureFinding Mixture,
    IReadOnlyList<LatticePosition> Examples);

/// <summary>One position, ready to be drawn.</summary>
/// <param name="Gaps">Highest logprob less each further one, in nats, ascending.</param>
/// <param name="Step">The step whose multiples explain them best, in nats; 0 if none is coarse enough to be seen.</param>
/// <param name="OnStep">Gaps that lie on a multiple of it, within what rounding and printing explain.</param>
public sealed record LatticePosition(IReadOnlyList<double> Gaps, double Step, int OnStep)
{
    /// <summary>Whether every gap lies on a multiple of the step.</summary>
    public bool Fits => Step > 0 && OnStep == Gaps.Count;
}
