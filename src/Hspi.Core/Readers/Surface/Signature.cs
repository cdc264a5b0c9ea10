namespace Hspi.Readers.Surface;

/// <summary>What answers of one engine look like. One block of the base.</summary>
public sealed record Signature
{
    /// <summary>Points that a signature loses because nobody here has seen an answer that it describes.</summary>
    public const int UnseenCost = 2;

    /// <summary>Points of traits that a fork lacks, from which it is told apart: sixteen to one.</summary>
    private const int Apart = 4;

    /// <summary>Whether it names an engine (<c>s</c>), or only a family that many share (<c>g</c>).</summary>
    public required bool Specific { get; init; }

    /// <summary>The engine, such as <c>llama.cpp</c>.</summary>
    public required string Engine { get; init; }

    /// <summary>Versions that look so, such as <c>b3600-b4400</c> or <c>*</c>.</summary>
    public required string Versions { get; init; }

    /// <summary>The route or part that is seen, such as <c>chat</c>.</summary>
    public required string Flavour { get; init; }

    /// <summary>All of these hold.</summary>
    public required IReadOnlyList<Expression> Must { get; init; }

    /// <summary>Each of these that holds makes it surer.</summary>
    public required IReadOnlyList<Expression> Adds { get; init; }

    /// <summary>None of these holds.</summary>
    public required IReadOnlyList<Expression> Never { get; init; }

    /// <summary>A pattern whose part in parentheses is the exact version; null where the answer shows none.</summary>
    public Expression? Version { get; init; }

    /// <summary>Engines that may compute inside this one, such as llama.cpp inside Ollama; empty where it computes by itself. Equal for all signatures of one engine.</summary>
    public IReadOnlyList<string> Cores { get; init; } = [];

    /// <summary>Why these conditions.</summary>
    public required string Why { get; init; }

    /// <summary>Forks and imitations that are known to print some of these traits, or all; empty where none is known to. Of a family always empty.</summary>
    public required IReadOnlyList<SharedTraits> Shared { get; init; }

    /// <summary>Where it was seen.</summary>
    public required string Source { get; init; }

    /// <summary>Responses that it rests on; 0 when it is written from a source text alone, which costs <see cref="UnseenCost"/> points.</summary>
    public required int Samples { get; init; }

    /// <summary>Day of the last change, yyyy-mm-dd.</summary>
    public required string Date { get; init; }

    /// <summary>File of the base.</summary>
    public required string File { get; init; }

    /// <summary>Line of the label, from 1.</summary>
    public required int Line { get; init; }

    /// <summary><c>s:engine:versions:flavour</c>.</summary>
    public string Label => $"{(Specific ? 's' : 'g')}:{Engine}:{Versions}:{Flavour}";

    /// <summary>Whether it asks for nothing but the address: then it names the service, whatever computes inside and shows through.</summary>
    public bool IsAddress => Must.All(condition => condition.Field == "host");

    /// <summary>Points that a print earns; null where it does not match.</summary>
    public int? Score(SurfacePrint print) =>
        Must.All(condition => condition.Matches(print)) && !Never.Any(condition => condition.Matches(print))
            ? Math.Max(0, Held(print).Sum(condition => condition.Points) - (Samples == 0 ? UnseenCost : 0))
            : null;

    /// <summary>Forks that would have printed what this signature holds on to just the same.</summary>
    public IEnumerable<string> AlikeTo(SurfacePrint print) => Shared
        .Where(shared => Held(print).Where(condition => !shared.Holds(condition.Field)).Sum(condition => condition.Points) < Apart)
        .Select(shared => shared.Fork);

    /// <summary>Whether <paramref name="earlier"/> matches whenever this does, so that this can never be reached.</summary>
    public bool IsShadowedBy(Signature earlier) =>
        earlier.Must.All(condition => Must.Any(condition.SameAs)) && earlier.Never.All(condition => Never.Any(condition.SameAs));

    private IEnumerable<Expression> Held(SurfacePrint print) => Must.Concat(Adds.Where(condition => condition.Matches(print)));
}

/// <summary>What a fork, or an imitation, prints like the engine that a signature is about.</summary>
/// <param name="Fork">Its name.</param>
/// <param name="Fields">Fields in which it is alike; empty: in all that the signature asks for.</param>
public sealed record SharedTraits(string Fork, IReadOnlyList<string> Fields)
{
    /// <summary>Whether it is alike in a field.</summary>
    public bool Holds(string field) => Fields.Count == 0 || Fields.Contains(field);
}
