using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Hspi.Mutation;

/// <summary>Lists the small faults that a file can be given: constants, conditions, operators, names in tables, and statements left out.</summary>
/// <remarks>
/// It works on the text alone: a fault that does not compile is dropped later. Sentences for people (literals with a blank in them,
/// interpolated strings) are left as they are: approved files watch over those.
/// </remarks>
internal sealed class MutantFinder : CSharpSyntaxWalker
{
    private static readonly Dictionary<SyntaxKind, string[]> Operators = new()
    {
        [SyntaxKind.LessThanToken] = ["<=", ">="],
        [SyntaxKind.LessThanEqualsToken] = ["<", ">"],
        [SyntaxKind.GreaterThanToken] = [">=", "<="],
        [SyntaxKind.GreaterThanEqualsToken] = [">", "<"],
        [SyntaxKind.EqualsEqualsToken] = ["!="],
        [SyntaxKind.ExclamationEqualsToken] = ["=="],
        [SyntaxKind.AmpersandAmpersandToken] = ["||"],
        [SyntaxKind.BarBarToken] = ["&&"],
        [SyntaxKind.PlusToken] = ["-"],
        [SyntaxKind.MinusToken] = ["+"],
        [SyntaxKind.AsteriskToken] = ["/"],
        [SyntaxKind.SlashToken] = ["*"],
        [SyntaxKind.PercentToken] = ["*"],
        [SyntaxKind.AmpersandToken] = ["|"],
        [SyntaxKind.BarToken] = ["&"],
        [SyntaxKind.CaretToken] = ["&"],
        [SyntaxKind.LessThanLessThanToken] = [">>"],
        [SyntaxKind.GreaterThanGreaterThanToken] = ["<<"],
        [SyntaxKind.PlusEqualsToken] = ["-="],
        [SyntaxKind.MinusEqualsToken] = ["+="],
        [SyntaxKind.AsteriskEqualsToken] = ["/="],
        [SyntaxKind.SlashEqualsToken] = ["*="],
        [SyntaxKind.AmpersandEqualsToken] = ["|="],
        [SyntaxKind.BarEqualsToken] = ["&="],
        [SyntaxKind.PlusPlusToken] = ["--"],
        [SyntaxKind.MinusMinusToken] = ["++"],
        [SyntaxKind.AndKeyword] = ["or"],
        [SyntaxKind.OrKeyword] = ["and"],
    };

    private static readonly Dictionary<string, string> Methods = new(StringComparer.Ordinal)
    {
        ["Any"] = "All",
        ["All"] = "Any",
        ["TrueForAll"] = "Exists",
        ["Exists"] = "TrueForAll",
        ["Min"] = "Max",
        ["Max"] = "Min",
        ["MinBy"] = "MaxBy",
        ["MaxBy"] = "MinBy",
        ["OrderBy"] = "OrderByDescending",
        ["OrderByDescending"] = "OrderBy",
        ["ThenBy"] = "ThenByDescending",
        ["StartsWith"] = "EndsWith",
        ["EndsWith"] = "StartsWith",
        ["Take"] = "Skip",
        ["Skip"] = "Take",
        ["First"] = "Last",
        ["FirstOrDefault"] = "LastOrDefault",
        ["Floor"] = "Ceiling",
        ["Ceiling"] = "Floor",
    };

    // Left out of a chain of calls, the rest still compiles.
    private static readonly string[] Links = ["Where", "Distinct", "DistinctBy", "Take", "Skip", "Append", "Prepend", "Concat", "OrderBy", "ThenBy", "Reverse", "Trim"];

    private readonly SyntaxTree _tree;
    private readonly string _file;
    private readonly List<Mutant> _found = [];

    private MutantFinder(SyntaxTree tree, string file) => (_tree, _file) = (tree, file);

    /// <summary>All faults of a file, in the order of its text.</summary>
    public static IReadOnlyList<Mutant> In(SyntaxTree tree, string file)
    {
        var finder = new MutantFinder(tree, file);
        finder.Visit(tree.GetRoot());
        return [.. finder._found.DistinctBy(one => (one.Span, one.After)).OrderBy(one => one.Span.Start)];
    }

    public override void VisitAttributeList(AttributeListSyntax node)
    {
        // Attributes steer the compiler and its generators, not the program.
    }

    public override void VisitLiteralExpression(LiteralExpressionSyntax node)
    {
        foreach (var other in node.Kind() switch
        {
            SyntaxKind.TrueLiteralExpression => ["false"],
            SyntaxKind.FalseLiteralExpression => ["true"],
            SyntaxKind.NumericLiteralExpression => OtherNumbers(node.Token),
            SyntaxKind.StringLiteralExpression => OtherTexts(node.Token),
            _ => (string[])[],
        })
        {
            Add(node, other);
        }

        base.VisitLiteralExpression(node);
    }

    public override void VisitBinaryExpression(BinaryExpressionSyntax node)
    {
        if (node.IsKind(SyntaxKind.CoalesceExpression))
        {
            Add(node, node.Right.ToString());
        }

        AddOperator(node.OperatorToken);
        base.VisitBinaryExpression(node);
    }

    public override void VisitAssignmentExpression(AssignmentExpressionSyntax node)
    {
        AddOperator(node.OperatorToken);
        base.VisitAssignmentExpression(node);
    }

    public override void VisitPrefixUnaryExpression(PrefixUnaryExpressionSyntax node)
    {
        if (node.OperatorToken.Kind() is SyntaxKind.ExclamationToken or SyntaxKind.MinusToken or SyntaxKind.TildeToken)
        {
            Add(node.OperatorToken.Span, node.ToString(), "");
        }
        else
        {
            AddOperator(node.OperatorToken);
        }

        base.VisitPrefixUnaryExpression(node);
    }

    public override void VisitPostfixUnaryExpression(PostfixUnaryExpressionSyntax node)
    {
        AddOperator(node.OperatorToken);
        base.VisitPostfixUnaryExpression(node);
    }

    public override void VisitRelationalPattern(RelationalPatternSyntax node)
    {
        AddOperator(node.OperatorToken);
        base.VisitRelationalPattern(node);
    }

    public override void VisitBinaryPattern(BinaryPatternSyntax node)
    {
        AddOperator(node.OperatorToken);
        base.VisitBinaryPattern(node);
    }

    public override void VisitUnaryPattern(UnaryPatternSyntax node)
    {
        Add(node, node.Pattern.ToString());
        base.VisitUnaryPattern(node);
    }

    public override void VisitConditionalExpression(ConditionalExpressionSyntax node)
    {
        Add(node.Condition, $"!({node.Condition})");
        base.VisitConditionalExpression(node);
    }

    public override void VisitIfStatement(IfStatementSyntax node)
    {
        Add(node.Condition, $"!({node.Condition})");
        base.VisitIfStatement(node);
    }

    public override void VisitExpressionStatement(ExpressionStatementSyntax node)
    {
        Add(node, "{ }");
        base.VisitExpressionStatement(node);
    }

    public override void VisitContinueStatement(ContinueStatementSyntax node) => Add(node, "{ }");

    public override void VisitBreakStatement(BreakStatementSyntax node) => Add(node, "{ }");

    public override void VisitReturnStatement(ReturnStatementSyntax node)
    {
        Add(node, "{ }");
        base.VisitReturnStatement(node);
    }

    public override void VisitThrowStatement(ThrowStatementSyntax node)
    {
        Add(node, "{ }");
        base.VisitThrowStatement(node);
    }

    public override void VisitInvocationExpression(InvocationExpressionSyntax node)
    {
        if (node.Expression is MemberAccessExpressionSyntax { Name: var name } call)
        {
            if (Methods.TryGetValue(name.Identifier.Text, out var other))
            {
                Add(name.Identifier.Span, name.Identifier.Text, other);
            }

            if (Links.Contains(name.Identifier.Text))
            {
                Add(TextSpan.FromBounds(call.OperatorToken.SpanStart, node.Span.End), node.ToString()[(call.OperatorToken.SpanStart - node.SpanStart)..], "");
            }
        }

        base.VisitInvocationExpression(node);
    }

    private static string[] OtherNumbers(SyntaxToken token) => token.Value switch
    {
        0.0 or 0f => ["1.0"],
        double value => [Text(value * 2), Text(value / 2)],
        float value => [Text(value * 2) + "f", Text(value / 2) + "f"],
        0 or 0L => ["1"],
        int value => [$"{value + 1L}", $"{value - 1}"],
        long value => [$"{value + 1}", $"{value - 1}"],
        uint or ulong => [$"({token.Text} + 1)"],
        _ => [],
    };

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture) is var text && text.AsSpan().ContainsAny('.', 'E') ? text : text + ".0";

    private static string[] OtherTexts(SyntaxToken token) =>
        token.ValueText.Any(char.IsWhiteSpace) && token.ValueText.Trim().Length > 0 ? [] : [token.ValueText.Length == 0 ? "\"mutant\"" : "\"\""];

    private void AddOperator(SyntaxToken token)
    {
        foreach (var other in Operators.GetValueOrDefault(token.Kind(), []))
        {
            Add(token.Span, token.Parent!.ToString(), other, token.Text);
        }
    }

    private void Add(SyntaxNode node, string after) => Add(node.Span, node.ToString(), after);

    private void Add(TextSpan span, string before, string after, string? token = null) =>
        _found.Add(new Mutant(_file, _tree.GetLineSpan(span).StartLinePosition.Line + 1, span, token is null ? before : $"{token} in {before}", after));
}
