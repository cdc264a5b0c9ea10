using System.Globalization;
using Hspi.Answers;
using Hspi.Dialects;

namespace Hspi.Readers.NumberText;

/// <summary>Sorts a server's numbers by which values occur and how they are written, and says which serializers write so.</summary>
/// <remarks>
/// Each class is a set of numbers and a text for each. Its likelihood for a value is the spacing of the set there, in nats, because a
/// coarser set spreads less probability over more numbers; a value outside the set rules the class out. Constant memory.
/// </remarks>
public sealed class NumberTextReader
{
    /// <summary>Name of this reader in evidence.</summary>
    public const string Name = "number-text";

    private const double RuledOut = -1000;
    private const int MostSentinels = 16;
    private const int MostShown = 8;

    /// <summary>A text longer than this was not printed by a program that prints numbers.</summary>
    private const int LongestShown = 40;

    // A rounded class must be this much coarser than float32 to be told from numbers that happen to be short.
    private const int MostRoundedPlaces = 8;

    private readonly PrintedGrid _grid = new();
    private readonly double[] _logs = new double[(int)NumberForm.Decimals];
    private readonly long[] _digits = new long[21];
    private readonly List<string> _longest = [];
    private readonly Dictionary<string, long> _sentinels = [];
    private readonly List<SerializerRule> _serializers = [.. SerializerRule.All];
    private double _logScale;
    private long _numbers;
    private long _float32;
    private long _answers;
    private int _decimals;
    private int _significant;

    /// <summary>Reads answers that are believed to come from one endpoint.</summary>
    public static NumberTextFinding Read(IEnumerable<ParsedAnswer> answers)
    {
        var reader = new NumberTextReader();
        foreach (var answer in answers)
        {
            reader.Add(answer);
        }

        return reader.Finding();
    }

    /// <summary>Adds one answer.</summary>
    public void Add(ParsedAnswer answer)
    {
        _answers++;
        for (var i = 0; i < answer.Steps.Count; i++)
        {
            Add(answer.Steps[i]);
        }

        for (var i = 0; i < answer.PromptSteps.Count; i++)
        {
            Add(answer.PromptSteps[i]);
        }
    }

    /// <summary>Everything so far.</summary>
    public NumberTextFinding Finding()
    {
        var likelihoods = Likelihoods();
        var best = likelihoods.Count == 0 ? "unknown" : likelihoods.MaxBy(pair => pair.Value).Key;
        var serializers = _serializers.Select(rule => rule.Name).ToList();
        var detail = new NumberTextDetail(_numbers, _float32, _digits, _longest, _sentinels, serializers, _numbers > 0 && serializers.Count == 0);
        var writers = serializers.Count switch
        {
            0 => "no single known serializer writes all of them: a proxy re-serialised some",
            > 4 => "most serializers write so",
            _ => $"written so by {string.Join(", ", serializers)}",
        };
        var seen = _numbers == 0
            ? $"{_answers} answers hold no logprob."
            : $"{_numbers} numbers, {_float32} of them exact float32; {Describe(best)}; {writers}; {_sentinels.Values.Sum()} sentinels.";
        return new NumberTextFinding(
            new Reading(Name, Aspect.NumberText, seen, likelihoods, (int)Math.Min(int.MaxValue, _answers), "A value outside of this set of numbers, or written differently."),
            best,
            detail);
    }

    private void Add(Step step)
    {
        if (step.LogprobText is { } chosen)
        {
            Add(chosen);
        }

        for (var i = 0; i < step.Alternatives.Count; i++)
        {
            // The sampled token is listed again; the same characters twice are one observation.
            if (!ReferenceEquals(step.Alternatives[i].LogprobText, step.LogprobText) && step.Alternatives[i].LogprobText != step.LogprobText)
            {
                Add(step.Alternatives[i].LogprobText);
            }
        }
    }

    private void Add(string text)
    {
        if (!PrintedNumber.TryReadLogprob(text, out var number) || number.Value == 0)
        {
            if (_sentinels.Count < MostSentinels || _sentinels.ContainsKey(text))
            {
                _sentinels[text] = _sentinels.GetValueOrDefault(text) + 1;
            }

            return;
        }

        _numbers++;
        _digits[Math.Min(number.SignificantDigits, 20)]++;
        Show(text);
        _decimals = Math.Max(_decimals, number.Decimals);
        _significant = Math.Max(_significant, number.SignificantDigits);
        _logScale += number.Magnitude * Math.Log(10);
        for (var i = _serializers.Count - 1; i >= 0; i--)
        {
            if (!_serializers[i].CouldWrite(text))
            {
                _serializers.RemoveAt(i);
            }
        }

        AddForms(number);
        _grid.Add(number.Value);
    }

    private void Show(string text)
    {
        if (text.Length >= LongestShown || (_longest.Count == MostShown && text.Length <= _longest[^1].Length) || _longest.Contains(text))
        {
            return;
        }

        var place = _longest.FindIndex(other => other.Length < text.Length);
        _longest.Insert(place < 0 ? _longest.Count : place, text);
        if (_longest.Count > MostShown)
        {
            _longest.RemoveAt(MostShown);
        }
    }

    private void AddForms(PrintedNumber number)
    {
        var single = (float)number.Value;
        var size = MathF.Abs(single);
        var ulp = Math.Log(MathF.BitIncrement(size) - size);
        var isFloat32 = single == number.Value;
        _float32 += isFloat32 ? 1 : 0;
        var isShortest = number.SignificantDigits <= 9 && IsShortestText(single, number.Value);
        var bits = BitConverter.SingleToUInt32Bits(single);
        var written = isFloat32 || isShortest;
        Note(NumberForm.DoubleOfFloat32, isFloat32, ulp);
        Note(NumberForm.ShortestFloat32, isShortest, ulp);
        Note(NumberForm.ShortestDouble, true, Math.Log(Math.BitIncrement(size) - (double)size) - 1e-9);
        Note(NumberForm.Float16Values, written && (float)(Half)single == single, Math.Log(PrintedGrid.Float16Spacing(size)));
        Note(NumberForm.Bfloat16Values, written && (bits & 0xFFFF) == 0, ulp + (16 * Math.Log(2)));
    }

    private void Note(NumberForm form, bool possible, double logSpacing) =>
        _logs[(int)form] += possible ? logSpacing : RuledOut;

    private Dictionary<string, double> Likelihoods()
    {
        var likelihoods = new Dictionary<string, double>();
        if (_numbers == 0)
        {
            return likelihoods;
        }

        for (var form = NumberForm.DoubleOfFloat32; form < NumberForm.Decimals; form++)
        {
            likelihoods[NameOf(form, 0)] = _logs[(int)form];
        }

        // Numbers no finer than a few places are rounded ones, unless a set of exact values explains them by coarser steps.
        if (_decimals <= MostRoundedPlaces)
        {
            likelihoods[NameOf(NumberForm.Decimals, _decimals)] = -_numbers * _decimals * Math.Log(10);
        }

        if (_significant <= MostRoundedPlaces - 1)
        {
            likelihoods[NameOf(NumberForm.SignificantDigits, _significant)] = _logScale - (_numbers * (_significant - 1) * Math.Log(10));
        }

        foreach (var (grid, logSpacing) in _grid.Holding())
        {
            // Where the digits say the same, digits are the simpler words.
            likelihoods.TryAdd(grid.Name, logSpacing - (1e-9 * _numbers));
        }

        return likelihoods;
    }

    private static string NameOf(NumberForm form, int places) => form switch
    {
        NumberForm.DoubleOfFloat32 => "float32-as-double",
        NumberForm.ShortestFloat32 => "shortest-float32",
        NumberForm.ShortestDouble => "shortest-double",
        NumberForm.Float16Values => "float16-values",
        NumberForm.Bfloat16Values => "bfloat16-values",
        NumberForm.Decimals => $"rounded-{places}-decimals",
        NumberForm.SignificantDigits => $"rounded-{places}-digits",
        _ => throw new InvalidOperationException($"The number form {form} has no name."),
    };

    private static string Describe(string form) => form switch
    {
        "float32-as-double" => "each is a float32 printed as a double",
        "shortest-float32" => "each is the shortest text of a float32",
        "shortest-double" => "they are doubles",
        "float16-values" => "each is an exact float16: whatever computed them rounded its results to float16",
        "bfloat16-values" => "each is an exact bfloat16: whatever computed them rounded its results to bfloat16",
        _ when form.StartsWith("multiples", StringComparison.Ordinal) => $"each is among the {form.Replace("multiples-of-", "multiples of ", StringComparison.Ordinal)}: rounded when printed",
        _ => $"they are {form.Replace('-', ' ')}",
    };

    /// <summary>Whether a float32 whose shortest text this is exists.</summary>
    private static bool IsShortestText(float value, double written)
    {
        Span<char> text = stackalloc char[32];
        return value.TryFormat(text, out var length, "R", CultureInfo.InvariantCulture)
            && double.Parse(text[..length], NumberStyles.Float, CultureInfo.InvariantCulture) == written;
    }
}
