using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hspi.Cli.Gateway;

/// <summary>What proxies do to answers on their way.</summary>
internal static class Rewriting
{
    /// <summary>Prints every logprob anew.</summary>
    /// <param name="body">A completion.</param>
    /// <param name="print">From the number to its new text, valid JSON.</param>
    public static string Logprobs(string body, Func<double, string> print) => Change(body, logprobs => Numbers(logprobs, print));

    /// <summary>Keeps so many alternatives of each token.</summary>
    public static string Alternatives(string body, int most) => Change(body, logprobs =>
    {
        foreach (var token in logprobs["top_logprobs"]?.AsArray() ?? [])
        {
            Cut(token!.AsObject(), most);
        }

        foreach (var token in logprobs["content"]?.AsArray() ?? [])
        {
            var listed = token!["top_logprobs"]!.AsArray();
            while (listed.Count > most)
            {
                listed.RemoveAt(listed.Count - 1);
            }
        }
    });

    /// <summary>Takes the logprobs out, as an engine without them would.</summary>
    public static string WithoutLogprobs(string body) => ChangeChoices(body, choice => choice["logprobs"] = null);

    /// <summary>Writes the same values with the fields of every object in the opposite order, and spaces between.</summary>
    public static string Reversed(string body) => Reverse(JsonNode.Parse(body)!).ToJsonString(new JsonSerializerOptions { WriteIndented = true });

    /// <summary>Puts words in front of what was asked.</summary>
    public static string Prompt(string request, string before)
    {
        var root = JsonNode.Parse(request)!;
        if (root["prompt"] is { } prompt)
        {
            root["prompt"] = before + prompt.GetValue<string>();
        }

        (root["messages"] as JsonArray)?.Insert(0, new JsonObject { ["role"] = "system", ["content"] = before });
        return root.ToJsonString();
    }

    /// <summary>Sets one field of the request.</summary>
    public static string Field(string request, string name, double value)
    {
        var root = JsonNode.Parse(request)!;
        root[name] = value;
        return root.ToJsonString();
    }

    private static string Change(string body, Action<JsonNode> change) => ChangeChoices(body, choice =>
    {
        if (choice["logprobs"] is { } logprobs)
        {
            change(logprobs);
        }
    });

    private static string ChangeChoices(string body, Action<JsonNode> change)
    {
        var root = JsonNode.Parse(body)!;
        foreach (var choice in root["choices"]?.AsArray() ?? [])
        {
            change(choice!);
        }

        return root.ToJsonString();
    }

    private static void Cut(JsonObject listed, int most)
    {
        foreach (var name in listed.OrderByDescending(pair => pair.Value!.GetValue<double>()).Skip(most).Select(pair => pair.Key).ToList())
        {
            listed.Remove(name);
        }
    }

    private static void Numbers(JsonNode node, Func<double, string> print)
    {
        JsonNode Printed(JsonNode value) => JsonNode.Parse(print(double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture)))!;
        foreach (var (name, value) in node is JsonObject fields ? fields.ToList() : [])
        {
            // Bytes of tokens and offsets into the text are numbers too.
            if (value is JsonValue && value.GetValueKind() == JsonValueKind.Number)
            {
                node[name] = Printed(value);
            }
            else if (value is not null && name is not ("bytes" or "text_offset"))
            {
                Numbers(value, print);
            }
        }

        for (var i = 0; node is JsonArray list && i < list.Count; i++)
        {
            if (list[i] is JsonValue value && value.GetValueKind() == JsonValueKind.Number)
            {
                list[i] = Printed(value);
            }
            else if (list[i] is { } inner)
            {
                Numbers(inner, print);
            }
        }
    }

    private static JsonNode Reverse(JsonNode node) => node switch
    {
        JsonObject fields => new JsonObject(fields.Reverse().Select(pair => KeyValuePair.Create(pair.Key, pair.Value is null ? null : Reverse(pair.Value)))),
        JsonArray list => new JsonArray([.. list.Select(value => value is null ? null : Reverse(value))]),
        _ => node.DeepClone(),
    };
}
