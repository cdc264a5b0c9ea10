using System.Globalization;
using System.Text.Json;
using Hspi.Numerics.Vectors;

namespace Hspi.Numerics.Probing;

/// <summary>What somebody's matrix unit answered: JSON lines, each with the id of a probe and the raw hexadecimal bits of the result.</summary>
public static class NumericAnswerFile
{
    /// <summary>Answers by id of the probe; of several to one, the last counts.</summary>
    /// <param name="path">Names the lines in messages.</param>
    /// <param name="lines">The lines.</param>
    /// <exception cref="VectorFormatException">A line is no answer.</exception>
    public static IReadOnlyDictionary<string, ulong> Read(string path, IEnumerable<string> lines)
    {
        var answers = new Dictionary<string, ulong>(StringComparer.Ordinal);
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            try
            {
                using var document = JsonDocument.Parse(line);
                var id = document.RootElement.GetProperty("id").GetString()!;
                answers[id] = ulong.Parse(document.RootElement.GetProperty("d").GetString()!, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            }
            catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or FormatException or InvalidOperationException or ArgumentNullException or OverflowException)
            {
                throw new VectorFormatException(path, number, "not an answer; a line reads {\"id\": \"fp16_fp32_eq10\", \"d\": \"bf400000\"}.", wrong);
            }
        }

        return answers;
    }
}
