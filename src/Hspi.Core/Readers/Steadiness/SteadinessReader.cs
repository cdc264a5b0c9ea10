using Hspi.Dialects;

namespace Hspi.Readers.Steadiness;

/// <summary>Whether an endpoint repeats itself.</summary>
/// <param name="Reading">Aspect <c>backends</c>, alternatives <c>one</c> and <c>several</c>.</param>
/// <param name="Pattern">
/// <c>steady</c> (all repeats bit-equal), <c>settles</c> (only the first differs: a cache), <c>few-forms</c> (they come back to a few),
/// <c>unsteady</c> (nearly all differ), <c>unknown</c> (nothing was repeated).
/// </param>
/// <param name="Detail">What a report draws.</param>
public sealed record SteadinessFinding(Reading Reading, string Pattern, SteadinessDetail Detail);

/// <summary>Counts behind the pattern.</summary>
/// <param name="Questions">Questions that were answered at least twice.</param>
/// <param name="Agreeing">Of them, those whose answers all agree, bit for bit and text for text.</param>
/// <param name="SameText">Of them, those whose texts agree, whatever their numbers.</param>
/// <param name="Settling">Of them, those in which the first answer differs from all later ones, which agree (at least two).</param>
/// <param name="Repeated">The first repeated questions, at most 64: for each, the form that each answer took, 0 first, in the order asked.</param>
/// <param name="Overflow">Answers left out because too many different questions were asked.</param>
public sealed record SteadinessDetail(
    int Questions, int Agreeing, int SameText, int Settling, IReadOnlyList<IReadOnlyList<int>> Repeated, long Overflow);

/// <summary>Compares the answers to one question with each other: characters of every number, tokens and text.</summary>
/// <remarks>
/// Questions are told apart by a key of the caller's, such as the hash of the request. At temperature 0 only: the caller sends nothing else.
/// Memory is bounded: 4,096 questions, 32 answers of each.
/// </remarks>
public sealed class SteadinessReader
{
    /// <summary>Name of this reader in evidence.</summary>
    public const string Name = "steadiness";

    private const int MostQuestions = 4096;
    private const int MostAnswers = 32;
    private const int MostDrawn = 64;

    // One backend gives one answer unless load mixes batches; several give one only where their bits agree.
    private const double OneDiffers = 0.25;
    private const double SeveralAgree = 0.15;
    private const double MostLog = 3;

    private readonly Dictionary<string, Question> _questions = [];
    private long _overflow;
    private long _answers;

    /// <summary>Reads answers in the order asked, each with the key of its question.</summary>
    public static SteadinessFinding Read(IEnumerable<(string Question, ParsedAnswer Answer)> answers)
    {
        var reader = new SteadinessReader();
        foreach (var (question, answer) in answers)
        {
            reader.Add(question, answer);
        }

        return reader.Finding();
    }

    /// <summary>Adds one answer; errors are no answers.</summary>
    public void Add(string question, ParsedAnswer answer)
    {
        if (answer.Error is not null)
        {
            return;
        }

        _answers++;
        if (!_questions.TryGetValue(question, out var asked))
        {
            if (_questions.Count == MostQuestions)
            {
                _overflow++;
                return;
            }

            _questions[question] = asked = new Question();
        }

        if (asked.Forms.Count == MostAnswers)
        {
            _overflow++;
            return;
        }

        asked.HasNumbers |= answer.Steps.Count + answer.PromptSteps.Count + answer.ProbabilitySteps.Count > 0;
        var text = AnswerDigest.OfText(answer);
        asked.SameText &= asked.Forms.Count == 0 || text == asked.Text;
        asked.Text = text;
        var digest = AnswerDigest.OfNumbers(answer);
        var form = asked.Digests.IndexOf(digest);
        if (form < 0)
        {
            form = asked.Digests.Count;
            asked.Digests.Add(digest);
        }

        asked.Forms.Add(form);
    }

    /// <summary>Everything so far.</summary>
    public SteadinessFinding Finding()
    {
        var repeated = _questions.Values.Where(question => question.Forms.Count > 1).ToList();
        var agreeing = repeated.Count(question => question.Digests.Count == 1);
        var settling = repeated.Count(question => question.Settles);
        var detail = new SteadinessDetail(
            repeated.Count, agreeing, repeated.Count(question => question.SameText), settling,
            [.. repeated.Take(MostDrawn).Select(question => question.Forms)], _overflow);
        var pattern = Pattern(repeated, agreeing, settling);
        return new SteadinessFinding(
            new Reading(
                Name,
                Aspect.Backends,
                repeated.Count == 0
                    ? $"No question was asked twice in {_answers} answers."
                    : repeated.TrueForAll(question => !question.HasNumbers)
                    ? $"{detail.SameText} of {repeated.Count} repeated questions got equal texts, which different backends give too; there are no numbers to compare."
                    : $"{agreeing} of {repeated.Count} repeated questions got bit-equal answers, {detail.SameText} equal texts: {Explain(pattern)}.",
                Likelihoods(repeated),
                (int)Math.Min(int.MaxValue, _answers),
                "More repeats of each question, some at the same time and some with other questions between them."),
            pattern,
            detail);
    }

    private static string Pattern(List<Question> repeated, int agreeing, int settling) => repeated.Count switch
    {
        0 => "unknown",
        _ when agreeing == repeated.Count => "steady",
        _ when settling > 0 && agreeing + settling == repeated.Count => "settles",
        _ when repeated.Where(question => question.Digests.Count > 1).All(question => question.ComesBack) => "few-forms",
        _ => "unsteady",
    };

    private static string Explain(string pattern) => pattern switch
    {
        "steady" => "one backend, or several that agree in every bit",
        "settles" => "only first answers differ, as a prompt cache makes them",
        "few-forms" => "answers come back to a few forms, as two batch sizes or two backends make them",
        _ => "answers hardly come back, as a loaded server that mixes batches makes them, or a kernel that does not repeat itself",
    };

    /// <summary>One against several, averaged over questions because all of them share the same servers, and bounded.</summary>
    private static Dictionary<string, double> Likelihoods(List<Question> repeated)
    {
        // Equal texts without numbers say nothing: backends that differ in every number write the same words.
        var telling = repeated.Where(question => question.HasNumbers || question.Digests.Count > 1).ToList();
        if (telling.Count == 0)
        {
            return [];
        }

        var difference = 0.0;
        foreach (var question in telling)
        {
            // Two equally used backends that differ: all r answers from one of them with probability 2^(1-r).
            var severalAgree = SeveralAgree + ((1 - SeveralAgree) * Math.ScaleB(1, 1 - question.Forms.Count));
            difference += question.Digests.Count == 1
                ? Math.Log((1 - OneDiffers) / severalAgree)
                : Math.Log(OneDiffers / (1 - severalAgree)) - (question.Settles ? Math.Log(OneDiffers) : 0);
        }

        return new() { ["one"] = Math.Clamp(difference, -MostLog, MostLog), ["several"] = 0 };
    }

    private sealed class Question
    {
        public List<int> Forms { get; } = [];

        public List<ulong> Digests { get; } = [];

        public ulong Text { get; set; }

        public bool SameText { get; set; } = true;

        /// <summary>Whether any answer shows scores.</summary>
        public bool HasNumbers { get; set; }

        /// <summary>The first alone differs, and the later ones, two at least, agree.</summary>
        public bool Settles => Forms.Count > 2 && Digests.Count == 2 && Forms[0] == 0 && Forms.Skip(1).All(form => form == 1);

        /// <summary>Fewer forms than half of the answers: they repeat.</summary>
        public bool ComesBack => 2 * Digests.Count <= Forms.Count;
    }
}
