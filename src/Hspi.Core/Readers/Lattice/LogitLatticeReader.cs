using System.Globalization;
using Hspi.Answers;
using Hspi.Dialects;

namespace Hspi.Readers.Lattice;

/// <summary>
/// Reads the precision of the model's head from the gaps between the logprobs of one position: gaps of logits, hence multiples of a
/// power of two where logits were rounded to bf16 or fp16, a stretched step under a temperature or logit scale, and none in fp32.
/// </summary>
/// <remarks>Takes answers one by one in constant memory. Not for several threads. The model is in README.md of the folder above.</remarks>
public sealed class LogitLatticeReader
{
    /// <summary>Name of this reader in evidence.</summary>
    public const string Name = "logit-lattice";

    // Posterior from which one request, or all of them, are called fp32.
    private const double LeastFp32 = 0.9;

    // A 16-bit name asks for a posterior of 0.9925 from the 4 gaps of one token with five alternatives, for 0.94 from eight such: only the
    // places of several tokens, which belong to one model, tell logits that lie around 0 from those that do not. Without them the prior
    // decides, and a model may not be a usual one. With the square of the gaps, because wrong names fall that fast.
    private const double LeastDoubt = 0.0075;
    private const double MostDoubt = 0.06;
    private const double GapsOfMostDoubt = 27;

    // Fewer gaps could share a step by chance of the vocabulary (unused tokens, floors) rather than of the format.
    private const int LeastGaps = 3;
    private const int MostExamples = 40;

    private readonly SeenPositions _seen = new();
    private readonly RequestLattice _request = new();
    private readonly PooledLattice _pooled = new();
    private readonly PrecisionMixture _mixture = new();
    private readonly Dictionary<Head, long> _named = [];
    private readonly List<LatticePosition> _examples = [];
    private PrintResolution _resolution;
    private long _answers;
    private long _requests;
    private long _gridded;
    private string _grid = "";
    private long _positions;
    private long _gaps;
    private long _sentinels;
    private long _duplicates;
    private long _repeated;

    /// <summary>Reads answers that are believed to come from one endpoint.</summary>
    public static LatticeFinding Read(IEnumerable<ParsedAnswer> answers)
    {
        var reader = new LogitLatticeReader();
        foreach (var answer in answers)
        {
            reader.Add(answer);
        }

        return reader.Finding();
    }

    /// <summary>Adds one answer, prompt logprobs included.</summary>
    public void Add(ParsedAnswer answer)
    {
        _answers++;
        Add(answer.Steps.Count > 0 ? answer.Steps : answer.PromptSteps);
        for (var i = 0; i < answer.OtherChoices.Count; i++)
        {
            Add(answer.OtherChoices[i].Steps);
        }
    }

    /// <summary>Everything so far.</summary>
    public LatticeFinding Finding()
    {
        var likelihoods = _requests == 0 ? HeadLikelihoods.None : _pooled.Likelihoods();
        var readable = _gaps >= LeastGaps && !_resolution.IsCoarse;
        var mixture = _mixture.Finding();
        var head = readable && !mixture.Seen ? Named(likelihoods, _gaps) : Head.Unknown;
        var detail = new LatticeDetail(
            _requests, _positions, _named, _pooled.UsualScale, _resolution.Decimals, _sentinels, _duplicates, _repeated, mixture, _examples);
        return new LatticeFinding(
            new Reading(
                Name,
                Aspect.Head,
                Seen(head, detail),
                readable ? likelihoods.ByName() : new Dictionary<string, double>(),
                (int)Math.Min(int.MaxValue, _answers),
                WouldChange(head)),
            head,
            likelihoods,
            detail);
    }

    /// <summary>The head that one answer shows by itself, and its likelihoods; positions that came before are left out.</summary>
    internal (Head Head, HeadLikelihoods Likelihoods) Add(IReadOnlyList<Step> steps)
    {
        var fresh = _seen.Fresh(steps);
        _repeated += steps.Count - fresh.Count;
        var likelihoods = _request.Judge(fresh);
        _sentinels += _request.Sentinels;
        _duplicates += _request.Duplicates;
        if (_request.DistinctGaps == 0)
        {
            return (Head.Unknown, HeadLikelihoods.None);
        }

        var head = HeadOf(_request, likelihoods);
        _named[head] = _named.GetValueOrDefault(head) + 1;
        _requests++;
        _positions += _request.Positions;
        if (_request.Resolution.IsGridded)
        {
            _gridded++;
            _grid = _request.Resolution.Grid!.Name;
            return (head, likelihoods);
        }

        _gaps += _request.DistinctGaps;
        _resolution = new PrintResolution(
            Math.Max(_resolution.Decimals, _request.Resolution.Decimals), Math.Max(_resolution.SignificantDigits, _request.Resolution.SignificantDigits));
        if (!_request.Resolution.IsCoarse)
        {
            _pooled.Add(_request);
        }

        if (_request.TellsItsPlace)
        {
            _mixture.Add(_request.AtScale, _request.LogScale);
        }

        for (var i = 0; i < _request.Positions && _examples.Count < MostExamples; i++)
        {
            _examples.Add(_request.Describe(i));
        }

        return (head, likelihoods);
    }

    private static Head Named(HeadLikelihoods likelihoods, long gaps) =>
        likelihoods.Name(1 - Math.Clamp(MostDoubt * Math.Pow(gaps / GapsOfMostDoubt, 2), LeastDoubt, MostDoubt), LeastFp32);

    /// <summary>The name that one request by itself is given.</summary>
    internal static Head HeadOf(RequestLattice request, HeadLikelihoods likelihoods) =>
        request.DistinctGaps < LeastGaps || request.Resolution.IsCoarse ? Head.Unknown : Named(likelihoods, request.DistinctGaps);

    private string Seen(Head head, LatticeDetail detail)
    {
        if (_requests == 0)
        {
            return $"No position of {_answers} answers lists two logprobs, so there is no gap to read.";
        }

        var repeated = _repeated == 0 ? "" : $" (repeated positions left out: {_repeated})";
        var gridded = _gridded == 0 ? "" : $"The logprobs of {_gridded} of {_requests} answers are rounded when printed ({_grid.Replace('-', ' ')}): the grid is the print's, and says nothing of the logits.";
        if (_gridded == _requests)
        {
            return gridded;
        }

        return Seen(head, detail, $"{_gaps} gaps of {_positions} positions in {_requests} of {_answers} answers{repeated}") + (gridded.Length == 0 ? "" : " " + gridded);
    }

    private string Seen(Head head, LatticeDetail detail, string read)
    {

        if (_resolution.IsCoarse)
        {
            return $"{read} are printed with 4 digits or fewer: too coarse for any lattice.";
        }

        if (detail.Mixture.Seen)
        {
            // One backend is taken for two 16-bit ones where logits lie far below 0 and their law is not the assumed one: see docs/readers-measured.md.
            var sure = detail.Mixture.First == Head.Fp32 || detail.Mixture.Second == Head.Fp32;
            return $"{read}: {Percent(detail.Mixture.Share)} of these answers show {detail.Mixture.Second.Word()}, the others {detail.Mixture.First.Word()}. "
                + (sure ? "Several backends answer." : "Several backends answer, or one whose logits lie so far from 0 that their places mislead.");
        }

        var stretch = detail.Scale == 1 ? "" : $", stretched by {detail.Scale.ToString("G6", CultureInfo.InvariantCulture)} (up to a power of two: a temperature or logit scale)";
        return head switch
        {
            Head.Fp32 => $"{read} share no step that their digits could show: logits are not rounded to 16 bits.",
            Head.Unknown => $"{read} do not decide between the precisions.",
            _ => $"{read} lie on the lattice of logits with {(head == Head.Bf16 ? 8 : 11)} significant bits{stretch}.",
        };
    }

    private static string WouldChange(Head head) => head switch
    {
        Head.Unknown => "More alternatives per token (20), more positions, and logprobs with all their digits.",
        Head.Fp16 => "Rows that change their step where only 8 bits explain it; logits above 64 with 8 bits would look the same as these.",
        Head.Bf16 => "Rows that need a finer step; fp16 logits above 64 would look the same as these.",
        _ => "Rows that share a step. A soft cap after the head, or noise added by the provider, would hide one.",
    };

    private static string Percent(double share) => (100 * share).ToString("0.#", CultureInfo.InvariantCulture) + " %";
}
