using Hspi.Dialects;
using Hspi.Dialects.Recordings;
using Hspi.Exchanges;
using Hspi.Readers.Embeddings;
using Hspi.Readers.Lattice;
using Hspi.Readers.LogUnit;
using Hspi.Readers.NumberText;
using Hspi.Readers.Steadiness;
using Hspi.Readers.Surface;

namespace Hspi.Readers.Inspection;

/// <summary>Collects what responses show, one after the other, in constant memory however many there are.</summary>
public sealed class Inspector
{
    private const int MostNamed = 8;
    private const int MostReasons = 64;

    /// <summary>A model or a message longer than this is cut: a stranger wrote it, and it is only shown.</summary>
    private const int LongestNamed = 500;

    private readonly string _file;
    private readonly SurfaceCollector _surface = new();
    private readonly NumberTextReader _numbers = new();
    private readonly LogitLatticeReader _lattice = new();
    private readonly LogUnitReader _logUnit = new();
    private readonly SteadinessReader _steadiness = new();
    private readonly EmbeddingReader _embeddings = new();
    private readonly Dictionary<string, long> _dialects = new(StringComparer.Ordinal);
    private readonly List<string> _models = [];
    private readonly List<string> _errors = [];
    private readonly List<string> _places = [];
    private readonly List<Reason> _unreadable = [];
    private readonly List<Reason> _others = [];
    private long _unreadableCount;
    private long _otherCount;
    private long _responses;

    /// <param name="file">Name for the report; empty for all files together.</param>
    public Inspector(string file) => _file = file;

    /// <summary>Takes something that could not be read, in <paramref name="count"/> places.</summary>
    public void Add(Recording.Unreadable unreadable, long count = 1)
    {
        _unreadableCount += count;
        Count(_unreadable, unreadable.Where, unreadable.What, count);
    }

    /// <summary>Takes something that holds no answer, in <paramref name="count"/> places.</summary>
    public void Add(Recording.Other other, long count = 1)
    {
        _otherCount += count;
        Count(_others, other.Where, other.What, count);
    }

    /// <summary>Takes a response.</summary>
    /// <param name="observed">The response.</param>
    /// <param name="where">Where it was found; empty for the file as a whole.</param>
    public void Add(Observed observed, string where = "")
    {
        _responses++;
        Keep(_places, where);
        _dialects[observed.Dialect] = _dialects.GetValueOrDefault(observed.Dialect) + 1;
        _surface.Add(observed.Print, observed.Matches);
        if (observed.Answer is { } answer)
        {
            AddNumbers(observed.Exchange, answer);
            _embeddings.Add(answer);
            Keep(_models, answer.Model);
            Keep(_errors, answer.Error ?? "");
        }
    }

    /// <summary>Everything so far.</summary>
    public Inspected Result() => new(
        _file,
        _responses,
        [.. _dialects.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key == SurfaceReader.Unknown).ThenBy(pair => pair.Key, StringComparer.Ordinal)],
        _models,
        new Findings(_surface.Finding(), _numbers.Finding(), _lattice.Finding(), _logUnit.Finding(), _steadiness.Finding()),
        _embeddings.Finding(),
        _errors,
        _places,
        _unreadable,
        _unreadableCount,
        _others,
        _otherCount);

    private void AddNumbers(Exchange exchange, ParsedAnswer answer)
    {
        foreach (var choice in answer.OtherChoices.Prepend(answer with { OtherChoices = [] }))
        {
            if (choice.Steps.Count + choice.PromptSteps.Count > 0)
            {
                _numbers.Add(choice);
                _lattice.Add(choice);
                _logUnit.Add(choice);
            }
        }

        // Only greedy answers to the same question have to agree.
        if (answer.Text.Length + answer.Steps.Count > 0 && GreedyRequest.Recognises(exchange.Request.Body))
        {
            _steadiness.Add(RequestHash.Of(exchange.Request), answer);
        }
    }

    private static void Count(List<Reason> reasons, string where, string what, long count)
    {
        if (reasons.FindIndex(reason => reason.What == what) is >= 0 and var index)
        {
            reasons[index] = reasons[index] with { Count = reasons[index].Count + count };
        }
        else if (reasons.Count < MostReasons)
        {
            reasons.Add(new Reason(where, what, count));
        }
    }

    private static void Keep(List<string> values, string value)
    {
        value = value.Length > LongestNamed ? value[..LongestNamed] + "…" : value;
        if (value.Length > 0 && values.Count < MostNamed && !values.Contains(value))
        {
            values.Add(value);
        }
    }
}
