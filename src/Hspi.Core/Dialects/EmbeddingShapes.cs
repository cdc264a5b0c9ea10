using System.Buffers.Binary;
using System.Text.Json;
using Hspi.Dialects.Json;

namespace Hspi.Dialects;

/// <summary>Finds the vectors of an answer, in any of the shapes in which services send them.</summary>
/// <remarks>
/// <c>data[].embedding</c> (OpenAI, Azure, Mistral, Voyage, Jina, vLLM, TEI, llama.cpp), <c>embedding.values</c> and <c>embeddings[].values</c>
/// (Gemini), <c>predictions[].embeddings.values</c> (Vertex), <c>embeddings</c> and <c>embeddings.float</c> (Cohere, Ollama, Bedrock),
/// <c>embedding</c> (Titan, Ollama, llama.cpp of 2023), a bare list of lists (TEI).
/// </remarks>
internal static class EmbeddingShapes
{
    /// <summary>More numbers are no embedding of any model, and are not looked at.</summary>
    private const int MostDimensions = 1 << 16;

    /// <summary>Further vectors of one answer are not looked at.</summary>
    private const int MostVectors = 4096;

    /// <summary>No model's number is so large: bits that say so are of another type.</summary>
    private const float Largest = 1e6f;

    /// <summary>A shorter list of numbers says nothing about how they were made.</summary>
    private const int FewestDimensions = 2;

    /// <summary>Deeper lists are none of these shapes.</summary>
    private const int Deepest = 6;

    /// <summary>Fields on the way to a vector; the first that holds one is the answer, as Titan sends its vector twice. Packed bits are no numbers of a model.</summary>
    private static readonly string[] Fields = ["embedding", "embeddings", "embeddingsByType", "values", "float", "int8", "uint8"];

    /// <summary>The vectors in the order sent; none where the value has another shape.</summary>
    public static List<EmbeddingVector> Read(JsonElement body)
    {
        var found = new List<EmbeddingVector>();
        foreach (var item in body.At("data").Items().Concat(body.At("predictions").Items()).Where(item => item.IsObject))
        {
            Collect(item, 1, found);
        }

        if (found.Count == 0)
        {
            Collect(body, 0, found);
        }

        return found;
    }

    /// <summary>Whether a whole JSON value is a bare list of vectors: TEI's <c>/embed</c>.</summary>
    public static bool IsBareLists(JsonElement value) => value.Item(0).IsArray && Read(value).Count == value.GetArrayLength();

    private static void Collect(JsonElement value, int depth, List<EmbeddingVector> found)
    {
        if (depth > Deepest)
        {
            return;
        }

        var before = found.Count;
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                for (var i = 0; i < Fields.Length && found.Count == before; i++)
                {
                    Collect(value.At(Fields[i]), depth + 1, found);
                }

                break;
            case JsonValueKind.Array when Vector(value) is { } printed:
                Keep(printed, found);
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                {
                    Collect(item, depth + 1, found);
                }

                break;
            case JsonValueKind.String when value.Text() is { Length: > 8 } text && Base64(text) is { } bits:
                Keep(bits, found);
                break;
        }
    }

    private static void Keep(EmbeddingVector vector, List<EmbeddingVector> found)
    {
        if (found.Count < MostVectors)
        {
            found.Add(vector);
        }
    }

    private static EmbeddingVector.Printed? Vector(JsonElement array)
    {
        if (array.Item(0).ValueKind != JsonValueKind.Number || array.GetArrayLength() is < FewestDimensions or > MostDimensions)
        {
            return null;
        }

        var texts = new string[array.GetArrayLength()];
        var at = 0;
        foreach (var number in array.EnumerateArray())
        {
            if (number.ValueKind != JsonValueKind.Number)
            {
                return null;
            }

            texts[at++] = number.GetRawText();
        }

        return new EmbeddingVector.Printed(texts);
    }

    private static EmbeddingVector.Bits? Base64(string text)
    {
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out var length) || length % 4 != 0 || length / 4 is < FewestDimensions or > MostDimensions)
        {
            return null;
        }

        var values = new float[length / 4];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(4 * i));
            if (!(Math.Abs(values[i]) < Largest))
            {
                return null;
            }
        }

        return new EmbeddingVector.Bits(values);
    }
}
