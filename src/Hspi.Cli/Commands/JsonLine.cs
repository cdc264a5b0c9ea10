using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hspi.Cli.Commands;

/// <summary>Results for programs: JSON on standard output, names in camelCase.</summary>
internal static class JsonLine
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        // It goes to a terminal or a file, never into HTML; "+" and "é" must stay readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private static readonly JsonSerializerOptions OneLine = new(Indented) { WriteIndented = false };

    /// <summary>The option <c>--json</c>.</summary>
    public static Option<bool> Option() => new("--json") { Description = "The result as JSON on stdout" };

    /// <summary>Prints <paramref name="value"/>.</summary>
    public static void Write<T>(T value, bool indented = true) => Terminal.PrintBlock(JsonSerializer.Serialize(value, indented ? Indented : OneLine) + "\n");
}
