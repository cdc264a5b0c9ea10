using System.Globalization;
using Hspi.Answers;
using Hspi.Probes;
using Hspi.Readers.Lattice;

namespace Hspi.Evaluation.Simulation;

/// <summary>Measures the lattice reader on simulated answers whose head is known. Every line is one row of a Markdown table.</summary>
/// <remarks>Answers are independent and each has its own seed, so the figures do not depend on how many processors count them.</remarks>
public static class ReaderSweep
{
    internal static readonly int[] Vocabularies = [512, 4096, 32_000, 150_000];
    internal static readonly double[] Temperatures = [0, 0.3, 0.5, 0.7, 0.8, 1, 1.2, 1.5];

    /// <summary>From so many tokens on hardly a name is in doubt: the tables of the ceiling and of doubts leave such answers out.</summary>
    internal const int CertainTokens = 16;

    private static readonly (int Alternatives, int Tokens)[] Sizes = [(20, CertainTokens), (20, 8), (20, 1), (5, CertainTokens), (5, 8), (5, 1)];
    private static readonly Head[] Precisions = [.. HeadText.Known];

    /// <summary>How often each head is named, on logits like those with which the reader was made.</summary>
    /// <param name="answers">Answers per row.</param>
    /// <param name="seed">Everything follows from it.</param>
    /// <param name="cancellationToken">Stops between answers.</param>
    public static IEnumerable<string> Heads(int answers, ulong seed, CancellationToken cancellationToken) => Table(HeadCells(), answers, seed, cancellationToken);

    /// <summary>How often each head is named on logits of shapes for which no constant of the reader was chosen.</summary>
    /// <inheritdoc cref="Heads"/>
    public static IEnumerable<string> HeldOut(int answers, ulong seed, CancellationToken cancellationToken) => Table(HeldOutCells(), answers, seed, cancellationToken);

    /// <summary>How the share of right names grows with the tokens of one answer.</summary>
    /// <inheritdoc cref="Heads"/>
    public static IEnumerable<string> Tokens(int answers, ulong seed, CancellationToken cancellationToken) => Table(
        [
            .. from alternatives in (int[])[20, 5]
               from tokens in (int[])[1, 2, 4, 8, 16]
               from kind in ((bool Offset, bool Processed)[])[(false, false), (false, true), (true, false)]
               from head in (Head[])[Head.Bf16, Head.Fp16]
               select new Cell(alternatives, tokens, kind.Offset, kind.Processed, Coarse: false, head),
        ],
        answers,
        seed,
        cancellationToken);

    /// <summary>How often the head is named from all answers of one endpoint together.</summary>
    /// <param name="endpoints">Endpoints per row.</param>
    /// <param name="seed">Everything follows from it.</param>
    /// <param name="questions">What each is asked.</param>
    /// <param name="cancellationToken">Stops between endpoints.</param>
    public static IEnumerable<string> Pool(int endpoints, ulong seed, PooledQuestions questions, CancellationToken cancellationToken)
    {
        yield return "| alternatives | logits | numbers | head | n | right | 95 % interval | unknown | wrong name | two backends seen |";
        yield return "|---|---|---|---|---|---|---|---|---|---|";
        foreach (var cell in HeadCells().Concat(HeldOutCells()).Where(cell => cell.Tokens == CertainTokens && !cell.Coarse).OrderByDescending(cell => cell.Alternatives))
        {
            var findings = new (Head Head, bool TwoSeen)[endpoints];
            Parallel.For(0, endpoints, new ParallelOptions { CancellationToken = cancellationToken }, i => findings[i] = Pooled(cell, i, seed, questions));
            var (right, unknown) = (findings.Count(one => one.Head == cell.Head), findings.Count(one => one.Head == Head.Unknown));
            yield return $"| {cell.Alternatives} | {Logits(cell)} | {Numbers(cell)} | {cell.Head.Word()} | {endpoints} | {Percent((double)right / endpoints)} | {Wilson(right, endpoints)} | {unknown} | {endpoints - right - unknown} | {findings.Count(one => one.TwoSeen)} |";
        }
    }

    /// <summary>What all answers of one endpoint say together.</summary>
    internal static (Head Head, bool TwoSeen) Pooled(Cell cell, int index, ulong seed, PooledQuestions questions)
    {
        var start = Mix(seed, index, (int)cell.Head, questions.Different);
        var random = new SeededNormal(start + 1);
        var mean = cell.Offset ? SimulatedLogits.DrawOffset(ref random) : random.NextNormal();
        var simulated = new SimulatedAnswers(Endpoint(cell with { Tokens = questions.Tokens }, index) with { Mean = mean }, start);
        var reader = new LogitLatticeReader();
        var answers = Enumerable.Range(0, questions.Different).Select(_ => simulated.Next()).ToList();
        foreach (var answer in answers.Concat(Enumerable.Repeat(answers[0], questions.Repeats)))
        {
            reader.Add(answer);
        }

        var finding = reader.Finding();
        return (finding.Head, finding.Detail.Mixture.Seen);
    }

    /// <summary>The reader beside <see cref="NormalCeiling"/>, which knows the simulation, on the same answers.</summary>
    /// <inheritdoc cref="Heads"/>
    public static IEnumerable<string> Ceiling(int answers, ulong seed, CancellationToken cancellationToken)
    {
        yield return "| alternatives | tokens | logits | numbers | head | n | reader right | wrong | ceiling right | wrong | its guess right |";
        yield return "|---|---|---|---|---|---|---|---|---|---|---|";
        foreach (var cell in HeadCells().Where(cell => !cell.Coarse && cell.Tokens < CertainTokens && cell.Shape == LogitShape.Normal && cell.Head != Head.Fp32))
        {
            var names = new (Head Reader, Head Ceiling, Head Guess)[answers];
            Parallel.For(0, answers, new ParallelOptions { CancellationToken = cancellationToken }, i =>
            {
                var steps = Answer(cell, i, seed);
                var best = new NormalCeiling().Judge(steps, cell.Alternatives);
                names[i] = (new LogitLatticeReader().Add(steps).Head, best.Name(0.95), best.Name(0.5));
            });
            string Right(Func<(Head Reader, Head Ceiling, Head Guess), Head> who) => Percent((double)names.Count(one => who(one) == cell.Head) / answers);
            int Wrong(Func<(Head Reader, Head Ceiling, Head Guess), Head> who) => names.Count(one => who(one) != Head.Unknown && who(one) != cell.Head);
            yield return $"| {cell.Alternatives} | {cell.Tokens} | {Logits(cell)} | {Numbers(cell)} | {cell.Head.Word()} | {answers} | {Right(one => one.Reader)} | {Wrong(one => one.Reader)} | {Right(one => one.Ceiling)} | {Wrong(one => one.Ceiling)} | {Right(one => one.Guess)} |";
        }
    }

    /// <summary>Names of <paramref name="answers"/> simulated answers: right, unknown, wrong.</summary>
    internal static (int Right, int Unknown, int Wrong) Count(Cell cell, int answers, ulong seed, CancellationToken cancellationToken)
    {
        var (right, unknown) = (0, 0);
        Parallel.For(
            0,
            answers,
            new ParallelOptions { CancellationToken = cancellationToken },
            () => (Right: 0, Unknown: 0, Lattice: new RequestLattice()),
            (i, _, counted) =>
            {
                var head = LogitLatticeReader.HeadOf(counted.Lattice, counted.Lattice.Judge(Answer(cell, i, seed)));
                return (counted.Right + (head == cell.Head ? 1 : 0), counted.Unknown + (head == Head.Unknown ? 1 : 0), counted.Lattice);
            },
            counted =>
            {
                Interlocked.Add(ref right, counted.Right);
                Interlocked.Add(ref unknown, counted.Unknown);
            });
        return (right, unknown, answers - right - unknown);
    }

    internal static Cell[] HeadCells() =>
    [
        .. from size in Sizes
           from kind in ((LogitShape Shape, bool Offset, bool Processed)[])
               [(LogitShape.Normal, false, false), (LogitShape.Normal, false, true), (LogitShape.Normal, true, false), (LogitShape.Laplace, false, false)]
           from head in Precisions
           select new Cell(size.Alternatives, size.Tokens, kind.Offset, kind.Processed, Coarse: false, head) { Shape = kind.Shape },
        .. from tokens in (int[])[16, 8, 1] from head in Precisions select new Cell(20, tokens, Offset: false, Processed: false, Coarse: true, head),
    ];

    internal static Cell[] HeldOutCells() =>
    [
        .. from size in Sizes
           from shape in ((LogitShape Shape, bool Offset, bool Processed)[])
               [(LogitShape.Student, false, false), (LogitShape.Student, false, true), (LogitShape.Zipf, false, false), (LogitShape.Zipf, false, true), (LogitShape.Zipf, true, false)]
           from head in Precisions
           select new Cell(size.Alternatives, size.Tokens, shape.Offset, shape.Processed, Coarse: false, head) { Shape = shape.Shape },
    ];

    internal static IReadOnlyList<Step> Answer(Cell cell, int index, ulong seed) =>
        new SimulatedAnswers(Endpoint(cell, index), Mix(seed, index, (int)cell.Head, cell.Tokens)).Next();

    internal static ulong Mix(ulong seed, int index, int first, int second) =>
        (seed * 1_000_003) + ((ulong)index * 7919) + ((ulong)first * 104_729) + ((ulong)second * 15_485_863);

    /// <summary>Wilson's interval of a share, in percent.</summary>
    internal static string Wilson(int hits, int n)
    {
        var interval = Interval.Wilson(hits, n);
        return $"{Percent(interval.Low)} – {Percent(interval.High)}";
    }

    internal static string Percent(double share) => (100 * share).ToString("0.00", CultureInfo.InvariantCulture) + " %";

    private static IEnumerable<string> Table(IReadOnlyList<Cell> cells, int answers, ulong seed, CancellationToken cancellationToken)
    {
        yield return "| alternatives | tokens | logits | numbers | head | n | right | 95 % interval | unknown | wrong name |";
        yield return "|---|---|---|---|---|---|---|---|---|---|";
        foreach (var cell in cells)
        {
            var (right, unknown, wrong) = Count(cell, answers, seed, cancellationToken);
            yield return $"| {cell.Alternatives} | {cell.Tokens} | {Logits(cell)} | {Numbers(cell)} | {cell.Head.Word()} | {answers} | {Percent((double)right / answers)} | {Wilson(right, answers)} | {unknown} | {wrong} |";
        }
    }

    private static string Logits(Cell cell) => $"{cell.Shape.ToString().ToLowerInvariant()}, {(cell.Offset ? "offset" : "around 0")}";

    private static string Numbers(Cell cell) => cell.Coarse ? "4 digits" : cell.Processed ? "divided by temperature" : "plain";

    private static SimulatedEndpoint Endpoint(Cell cell, int index)
    {
        var temperature = Temperatures[cell.Processed ? 1 + (index % (Temperatures.Length - 1)) : index % Temperatures.Length];
        var print = cell.Coarse ? (LogprobPrint)(3 + (index % 2)) : (LogprobPrint)(index / 4 % 3);
        return new SimulatedEndpoint(
            cell.Head, Vocabularies[index / 3 % Vocabularies.Length], cell.Alternatives, cell.Tokens, temperature, cell.Processed, (LogprobRecipe)(index % 4), print, cell.Offset)
        {
            Shape = cell.Shape,
        };
    }

    /// <summary>One row's kind of answers.</summary>
    internal sealed record Cell(int Alternatives, int Tokens, bool Offset, bool Processed, bool Coarse, Head Head)
    {
        public LogitShape Shape { get; init; }
    }
}

/// <summary>What one endpoint is asked.</summary>
/// <param name="Different">Different questions.</param>
/// <param name="Repeats">How often the first is asked again.</param>
/// <param name="Tokens">Tokens of each answer.</param>
public sealed record PooledQuestions(int Different, int Repeats, int Tokens);
