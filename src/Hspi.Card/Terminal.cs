namespace Hspi.Card;

/// <summary>The only way to stdout and stderr: what a driver, a library or a file wrote comes out harmless and visible.</summary>
/// <remarks>The build forbids the console everywhere else in the program.</remarks>
internal static class Terminal
{
#pragma warning disable RS0030 // the one place
    /// <summary>The result, on stdout; lines stay lines.</summary>
    public static void Print(string text) => Console.Out.WriteLine(VisibleText.Block(text));

    /// <summary>A line beside the result, on stderr.</summary>
    public static void Say(string line) => Console.Error.WriteLine(VisibleText.Line(line));
#pragma warning restore RS0030
}
