using System.Globalization;
using System.Text;
using Hspi.Answers;
using Hspi.Evaluation.Simulation;
using Hspi.Probes;
using Hspi.Readers.Lattice;

namespace Hspi.Benchmarks;

/// <summary>Writes files of answers as recorders leave them, of any size, seeded: the same size and seed give the same bytes.</summary>
/// <remarks>
/// Every answer differs: its id, its question, its tokens drawn from a store of simulated bf16 positions; every hundredth names a model of its
/// own, and every hundredth is an error of its own. So whatever a reader keeps for each answer, question, model or message shows as memory.
/// </remarks>
internal sealed class RecordedFile
{
    private const int Positions = 4096;
    private const int Alternatives = 20;
    private const int UsualTokens = 8;

    /// <summary>Of each eighth answer: a line of 0.3 MB, which the collector of garbage treats as a large object.</summary>
    private const int LongTokens = 256;

    private readonly string[] _chat = new string[Positions];
    private SeededNormal _chance;
    private long _answer;

    private RecordedFile(ulong seed)
    {
        _chance = new SeededNormal(seed);
        var endpoint = new SimulatedEndpoint(
            Head.Bf16, 32_000, Alternatives, 1, 0, false, LogprobRecipe.MaxThenLog, LogprobPrint.DoubleOfFloat32, false)
        {
            Mean = 0,
        };
        var answers = new SimulatedAnswers(endpoint, seed);
        for (var i = 0; i < Positions; i++)
        {
            _chat[i] = Position(answers.Next()[0]);
        }
    }

    /// <summary>Writes one file.</summary>
    /// <param name="path">Overwritten.</param>
    /// <param name="form"><c>lines</c> of exchanges, an <c>array</c> of bodies, <c>har</c>, or <c>sse</c>.</param>
    /// <param name="bytes">Length to reach; the last answer is written whole.</param>
    /// <param name="seed">Of all chance.</param>
    /// <returns>Answers written.</returns>
    public static long Write(string path, string form, long bytes, ulong seed)
    {
        var file = new RecordedFile(seed);
        using var writer = new StreamWriter(path, append: false, new UTF8Encoding(false), 1 << 20);
        var (start, between, end) = form switch
        {
            "array" => ("[", ",\n", "]\n"),
            "har" => ("{\"log\":{\"version\":\"1.2\",\"entries\":[", ",\n", "]}}\n"),
            _ => ("", "", ""),
        };
        writer.Write(start);
        var written = (long)start.Length;
        while (written < bytes)
        {
            var answer = form switch
            {
                "lines" => file.Exchange() + "\n",
                "array" => file.Body(form),
                "har" => file.Entry(),
                "sse" => file.Stream(),
                _ => throw new ArgumentException($"No form {form}.", nameof(form)),
            };
            answer = file._answer > 1 ? between + answer : answer;
            writer.Write(answer);
            written += answer.Length;
        }

        writer.Write(end);
        return file._answer;
    }

    private string Exchange() =>
        $"{{\"request\":{{\"method\":\"POST\",\"url\":\"http://h/v1/chat/completions\",\"body\":{Question()}}},\"response\":{{\"status\":200,\"body\":{Body()}}}}}";

    private string Entry() =>
        $"{{\"request\":{{\"method\":\"POST\",\"url\":\"http://h/v1/chat/completions\",\"headers\":[]}},\"response\":{{\"status\":200,\"headers\":[],\"content\":{{\"text\":{Quoted(Body())}}}}}}}";

    private string Question() => $"{{\"temperature\":0,\"messages\":[{{\"role\":\"user\",\"content\":\"{_chance.NextBits():x16}\"}}]}}";

    private string Body(string form = "")
    {
        var number = _answer++;
        // Without its request an error is any JSON, and no response: an array holds none.
        if (number % 100 == 99 && form != "array")
        {
            return $"{{\"error\":{{\"message\":\"request {number} of model m{number} was refused: {new string('x', 300)}\",\"type\":\"t{number}\"}}}}";
        }

        var model = number % 100 == 50 ? $"m{number}" : "m";
        var tokens = Enumerable.Range(0, number % 8 == 0 ? LongTokens : UsualTokens).Select(_ => _chat[_chance.Next(Positions)]);
        return $"{{\"id\":\"chatcmpl-{number:x12}\",\"object\":\"chat.completion\",\"model\":\"{model}\",\"choices\":[{{\"index\":0,\"message\":{{\"role\":\"assistant\",\"content\":\"{number}\"}},"
            + $"\"logprobs\":{{\"content\":[{string.Join(',', tokens)}]}},\"finish_reason\":\"length\"}}]}}";
    }

    private string Stream()
    {
        var number = _answer++;
        var text = new StringBuilder();
        for (var token = 0; token < UsualTokens; token++)
        {
            text.Append(CultureInfo.InvariantCulture, $"data: {{\"id\":\"chatcmpl-{number:x12}\",\"object\":\"chat.completion.chunk\",\"model\":\"m\",\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{token}\"}},")
                .Append(CultureInfo.InvariantCulture, $"\"logprobs\":{{\"content\":[{_chat[_chance.Next(Positions)]}]}},\"finish_reason\":null}}]}}\n\n");
        }

        return text.Append("data: [DONE]\n\n").ToString();
    }

    private static string Position(Step step)
    {
        var others = step.Alternatives.Select(other => $"{{\"token\":\"{other.Token}\",\"logprob\":{other.LogprobText}}}");
        return $"{{\"token\":\"{step.Token}\",\"logprob\":{step.LogprobText},\"top_logprobs\":[{string.Join(',', others)}]}}";
    }

    private static string Quoted(string text) => "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
}
