using System.Globalization;
using Hspi.Exchanges;

namespace Hspi.Cli;

/// <summary>The only way to stdout and stderr: whatever a stranger wrote passes here, and comes out harmless and visible.</summary>
/// <remarks>The build forbids the console everywhere else in the program.</remarks>
internal static class Terminal
{
#pragma warning disable RS0030 // the one place
    private static readonly TextWriter Out = Console.Out;
    private static readonly TextWriter Error = Console.Error;

    /// <summary>Raw stdout for a program that reads it; whatever a library prints from then on goes to stderr.</summary>
    public static TextWriter TakeOutput()
    {
        Console.SetOut(Error);
        return Out;
    }

    /// <summary>Standard input, for the two commands that obey it.</summary>
    public static TextReader In => Console.In;

    /// <summary>Whether stderr is no terminal.</summary>
    public static bool IsErrorRedirected => Console.IsErrorRedirected;

#pragma warning restore RS0030

    /// <summary>Removes the keys of this run from everything that is printed; those that no command has read yet, too.</summary>
    public static SecretScrubber Secrets { get; set; } = new(
        new[] { "HSPI_API_KEY", "OPENAI_API_KEY" }.Select(Environment.GetEnvironmentVariable).OfType<string>().Select(key => key.Trim()));

    /// <summary>Raw stderr, for the bars of a progress alone: their texts must have passed <see cref="VisibleText"/>.</summary>
    public static TextWriter Bars => Error;

    /// <summary>A line of the result, on stdout; every value in it is formatted invariantly and kept on its line.</summary>
    /// <exception cref="HspiException">Stdout cannot be written.</exception>
    public static void Print(FormattableString line) => Write(Line(line) + "\n");

    /// <summary>A whole result of many lines, a report or JSON, on stdout; as it is, but for what could deceive.</summary>
    /// <exception cref="HspiException">Stdout cannot be written.</exception>
    public static void PrintBlock(string text) => Write(VisibleText.Block(Secrets.ScrubText(text)));

    /// <summary>A line beside the result, on stderr.</summary>
    public static void Say(FormattableString line) => Tell(Line(line) + "\n");

    /// <summary>Many lines beside the result, on stderr.</summary>
    public static void SayBlock(string text) => Tell(VisibleText.Block(Secrets.ScrubText(text)));

    private static string Line(FormattableString line) => string.Format(
        CultureInfo.InvariantCulture,
        line.Format,
        [.. line.GetArguments().Select(value => value switch
        {
            ISpanFormattable number and not char => number, // formatted by its own format string
            _ => (object)VisibleText.Line(Secrets.ScrubText(value?.ToString() ?? "")),
        })]);

    private static void Write(string text)
    {
        try
        {
            Out.Write(text);
            Out.Flush();
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            // Who closed it is told that access is denied.
            throw new HspiException($"standard output cannot be written: {failed.Message} Make room, or send it elsewhere.", failed);
        }
    }

    private static void Tell(string text)
    {
        try
        {
            Error.Write(text);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            // Nobody listens: the result and the exit code still say everything.
        }
    }
}
