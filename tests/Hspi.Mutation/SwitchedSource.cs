using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Hspi.Mutation;

/// <summary>A source file that holds many faults at once, each asleep until a variable of the environment names its number.</summary>
/// <remarks>
/// Every body that gets a fault is written once more for each, behind a switch: <c>switch (Active) { case 17: {…} } {…}</c>. That compiles
/// hundreds of faults in the time of one. A constant of a class becomes a property. What the compiler needs as a constant, such as an
/// attribute's argument, cannot be switched; such a fault has no host here.
/// </remarks>
internal sealed class SwitchedSource
{
    private const string Active = "Hspi.Mutation.ActiveMutant.Number";

    /// <summary>Source of the number that the switches ask for.</summary>
    public const string Switch = """
        namespace Hspi.Mutation { internal static class ActiveMutant { internal static readonly int Number = int.Parse(System.Environment.GetEnvironmentVariable("HSPI_MUTANT") ?? "0"); } }
        """;

    private readonly StringBuilder _text = new();
    private readonly List<(TextSpan Written, IReadOnlyList<int> Numbers)> _ranges = [];

    /// <param name="original">The file.</param>
    /// <param name="faults">Faults of this file that have a host, each with its number.</param>
    public SwitchedSource(SyntaxTree original, IEnumerable<(int Number, Mutant Mutant)> faults)
    {
        var source = original.GetText().ToString();
        var copied = 0;
        foreach (var host in faults.GroupBy(fault => HostOf(original, fault.Mutant)!.Value).OrderBy(host => host.Key.Span.Start))
        {
            _text.Append(source, copied, host.Key.Span.Start - copied);
            Write(source, host.Key, [.. host]);
            copied = host.Key.Span.End;
        }

        _text.Append(source, copied, source.Length - copied);
        Tree = CSharpSyntaxTree.ParseText(_text.ToString(), (CSharpParseOptions)original.Options, original.FilePath);
    }

    /// <summary>The file with all of its faults.</summary>
    public SyntaxTree Tree { get; }

    /// <summary>The faults that an error at a place of <see cref="Tree"/> comes from: one, or all of a body.</summary>
    public IReadOnlyList<int> FaultsAt(TextSpan place) => _ranges.Where(range => range.Written.IntersectsWith(place)).OrderBy(range => range.Written.Length).Select(range => range.Numbers).FirstOrDefault() ?? [];

    /// <summary>The body or initialiser that a fault lies in; null where the compiler needs a constant, or there is no body.</summary>
    public static Host? HostOf(SyntaxTree tree, Mutant mutant)
    {
        foreach (var node in tree.GetRoot().FindNode(mutant.Span).AncestorsAndSelf())
        {
            Host? host = node switch
            {
                BaseMethodDeclarationSyntax { Body: { } body } method => new(Form.Block, body.Span, EndOf(body, IsVoid(method))),
                BaseMethodDeclarationSyntax { ExpressionBody: { } arrow } method =>
                    new(IsVoid(method) ? Form.Call : Form.Value, TextSpan.FromBounds(arrow.SpanStart, method.Span.End), ""),
                AccessorDeclarationSyntax { Body: { } body } accessor => new(Form.Block, body.Span, EndOf(body, !accessor.IsKind(SyntaxKind.GetAccessorDeclaration))),
                AccessorDeclarationSyntax { ExpressionBody: { } arrow } accessor =>
                    new(accessor.IsKind(SyntaxKind.GetAccessorDeclaration) ? Form.Value : Form.Call, TextSpan.FromBounds(arrow.SpanStart, accessor.Span.End), ""),
                PropertyDeclarationSyntax { ExpressionBody: { } arrow } property => new(Form.Property, TextSpan.FromBounds(arrow.SpanStart, property.Span.End), ""),
                PropertyDeclarationSyntax { Initializer: { } first } => new(Form.Initialiser, first.Value.Span, ""),
                IndexerDeclarationSyntax { ExpressionBody: { } arrow } indexer => new(Form.Property, TextSpan.FromBounds(arrow.SpanStart, indexer.Span.End), ""),
                VariableDeclaratorSyntax { Initializer: not null, Parent.Parent: FieldDeclarationSyntax { Declaration.Variables.Count: 1 } field } when field.Modifiers.Any(SyntaxKind.ConstKeyword) =>
                    new(Form.Constant, TextSpan.FromBounds(field.Modifiers.First(word => word.IsKind(SyntaxKind.ConstKeyword)).SpanStart, field.Span.End), ""),
                VariableDeclaratorSyntax { Initializer: { } first, Parent.Parent: FieldDeclarationSyntax field } when !field.Modifiers.Any(SyntaxKind.ConstKeyword) =>
                    new(Form.Initialiser, first.Value.Span, ""),
                _ => null,
            };
            if (host is { } found && found.Span.Contains(mutant.Span))
            {
                return found;
            }

            if (node is MemberDeclarationSyntax)
            {
                return null;
            }
        }

        return null;
    }

    private void Write(string source, Host host, List<(int Number, Mutant Mutant)> faults)
    {
        var start = _text.Length;
        var original = source.Substring(host.Span.Start, host.Span.Length);
        // const TYPE NAME = VALUE;
        var equals = host.Form == Form.Constant ? original.IndexOf('=', StringComparison.Ordinal) : 0;
        _text.Append(host.Form switch
        {
            Form.Initialiser => $"{Active} switch {{ ",
            Form.Constant => $"static{original["const".Length..equals]}=> {Active} switch {{ ",
            Form.Property => $"{{ get {{ switch ({Active}) {{ ",
            _ => $"{{ switch ({Active}) {{ ",
        });
        foreach (var (number, mutant) in faults)
        {
            var from = _text.Length;
            var at = mutant.Span.Start - host.Span.Start;
            var faulty = original[..at] + mutant.After + original[(at + mutant.Span.Length)..];
            _text.Append(host.Form switch
            {
                Form.Initialiser => $"{number} => {faulty}, ",
                Form.Constant => $"{number} => {faulty[(equals + 1)..^1]}, ",
                Form.Block => $"case {number}: {faulty} {host.End} ",
                Form.Call => $"case {number}: {faulty["=>".Length..]} return; ",
                _ => $"case {number}: return {faulty["=>".Length..]} ",
            });
            _ranges.Add((TextSpan.FromBounds(from, _text.Length), [number]));
        }

        _text.Append(host.Form switch
        {
            Form.Initialiser => $"_ => {original} }}",
            Form.Constant => $"_ => {original[(equals + 1)..^1]} }};",
            Form.Block => $"}} {original} }}",
            Form.Call => $"}} {original["=>".Length..]} }}",
            Form.Property => $"}} return {original["=>".Length..]} }} }}",
            _ => $"}} return {original["=>".Length..]} }}",
        });
        _ranges.Add((TextSpan.FromBounds(start, _text.Length), [.. faults.Select(fault => fault.Number)]));
    }

    private static bool IsVoid(BaseMethodDeclarationSyntax method) => method switch
    {
        MethodDeclarationSyntax { ReturnType: var type } => type.ToString() is "void" || (method.Modifiers.Any(SyntaxKind.AsyncKeyword) && type.ToString() is "Task" or "ValueTask"),
        ConstructorDeclarationSyntax or DestructorDeclarationSyntax => true,
        _ => false,
    };

    private static string EndOf(BlockSyntax body, bool isVoid) =>
        body.DescendantNodes(inner => inner is not (LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax)).Any(inner => inner is YieldStatementSyntax) ? "yield break;"
        : isVoid ? "return;"
        : "";

    /// <summary>How a body is written.</summary>
    internal enum Form
    {
        /// <summary>Braces.</summary>
        Block,

        /// <summary>An arrow before a value.</summary>
        Value,

        /// <summary>An arrow before a call without a value.</summary>
        Call,

        /// <summary>An arrow that is a whole property.</summary>
        Property,

        /// <summary>The first value of a field or property.</summary>
        Initialiser,

        /// <summary>A constant of a class.</summary>
        Constant,
    }

    /// <summary>Where a fault lives.</summary>
    /// <param name="Form">How it is written.</param>
    /// <param name="Span">What is written once more for each fault.</param>
    /// <param name="End">What ends a block whose own end is reached.</param>
    internal readonly record struct Host(Form Form, TextSpan Span, string End);
}
