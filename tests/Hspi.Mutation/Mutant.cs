using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Hspi.Mutation;

/// <summary>One small fault that could be put into a source file.</summary>
/// <param name="File">Path below the repository, with forward slashes.</param>
/// <param name="Line">Line of the fault, from 1.</param>
/// <param name="Span">What is replaced.</param>
/// <param name="Before">The text that stands there.</param>
/// <param name="After">The text put in its place; empty where something is removed.</param>
internal sealed record Mutant(string File, int Line, TextSpan Span, string Before, string After)
{
    /// <summary>Folder of the file: the unit that scores are counted in.</summary>
    public string Folder => File[..File.LastIndexOf('/')];

    /// <summary>The source file with the fault in it.</summary>
    public SyntaxTree In(SyntaxTree original) =>
        CSharpSyntaxTree.ParseText(original.GetText().WithChanges(new TextChange(Span, After)), (CSharpParseOptions)original.Options, original.FilePath);

    /// <summary><c>file:line: before → after</c>, each cut to what fits on a line.</summary>
    public override string ToString() => $"{File}:{Line}: {Short(Before)} → {(After.Length == 0 ? "(removed)" : Short(After))}";

    private static string Short(string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= 70 ? line : line[..69] + "…";
    }
}
