using System.Buffers.Binary;
using Hspi.Dialects;
using Hspi.Dialects.Recordings;

namespace Hspi.Core.Tests.Dialects;

public sealed class EmbeddingAnswersTests
{
    [Theory]
    [InlineData("""{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5,-0.25]},{"embedding":[1e-3,2.0]}],"model":"m","usage":{"prompt_tokens":2,"total_tokens":2}}""", "0.5 -0.25|1e-3 2.0")] // OpenAI and its kin
    [InlineData("""{"embedding":{"values":[0.013168523,-0.00874]}}""", "0.013168523 -0.00874")] // Gemini
    [InlineData("""{"embeddings":[{"values":[0.1,0.2]},{"values":[0.3,0.4]}]}""", "0.1 0.2|0.3 0.4")] // Gemini, several
    [InlineData("""{"predictions":[{"embeddings":{"statistics":{"token_count":1},"values":[0.1,0.2]}}],"metadata":{}}""", "0.1 0.2")] // Vertex
    [InlineData("""{"id":"x","texts":["a"],"embeddings":[[0.1,0.2]],"response_type":"embeddings_floats"}""", "0.1 0.2")] // Cohere 1
    [InlineData("""{"id":"x","embeddings":{"float":[[0.1,0.2],[0.3,0.4]],"binary":[[1,2,3]]}}""", "0.1 0.2|0.3 0.4")] // Cohere 2
    [InlineData("""{"embeddings":{"int8":[[1,-127]]}}""", "1 -127")]
    [InlineData("""{"embedding":[0.1,0.2],"embeddingsByType":{"float":[0.1,0.2]},"inputTextTokenCount":3}""", "0.1 0.2")] // Titan
    [InlineData("""{"embeddingsByType":{"float":[0.1,0.2]},"inputTextTokenCount":3}""", "0.1 0.2")]
    [InlineData("""{"embeddings":[{"embeddingType":"TEXT","embedding":[0.1,0.2]}]}""", "0.1 0.2")] // Nova
    [InlineData("""{"model":"m","embeddings":[[0.1,0.2]],"total_duration":14143917,"prompt_eval_count":8}""", "0.1 0.2")] // Ollama
    [InlineData("""[{"index":0,"embedding":[[0.1,0.2],[0.3,0.4]]}]""", "0.1 0.2|0.3 0.4")] // llama.cpp without pooling
    [InlineData(" [ [0.1,0.2],[0.3,0.4]]", "0.1 0.2|0.3 0.4")] // TEI
    public void Vectors_are_found_with_their_characters_in_the_shape_of_every_service(string body, string expected)
    {
        var exchange = Recorded.Body(body);

        var answer = DialectCatalog.Recognise(exchange)!.Read(exchange);

        Assert.Equal("embeddings", answer.Dialect);
        Assert.Null(answer.Error);
        Assert.Equal(expected, string.Join('|', answer.Embeddings.Select(vector => string.Join(' ', ((EmbeddingVector.Printed)vector).Texts))));
    }

    [Fact]
    public void Base64_is_float32_bit_for_bit()
    {
        float[] values = [0.1f, -2.5e-8f, 1f / 3];
        var bytes = new byte[12];
        for (var i = 0; i < 3; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(4 * i), values[i]);
        }

        var exchange = Recorded.Body($$"""{"object":"list","data":[{"object":"embedding","embedding":"{{Convert.ToBase64String(bytes)}}","index":0}],"model":"m"}""");

        var answer = DialectCatalog.Recognise(exchange)!.Read(exchange);

        Assert.Equal("m", answer.Model);
        Assert.Equal(values, ((EmbeddingVector.Bits)Assert.Single(answer.Embeddings)).Values);
    }

    [Theory]
    [InlineData("""{"object":"chat.completion","choices":[{"message":{"content":"an \"embedding\": [1, 2]"}}]}""")]
    [InlineData("""{"object":"list","data":[{"id":"m","object":"model","embedding":false}]}""")]
    [InlineData("""{"data":[[1,2],[3,4]]}""")]
    [InlineData("""[{"a":1}]""")]
    [InlineData("""{"data":[{"embedding":"BfkD/g/3AfwE8gf9AvsG+A=="}]}""")] // int8 in Base64
    public void What_holds_no_vector_is_no_embedding(string body)
    {
        Assert.NotEqual("embeddings", DialectCatalog.Recognise(Recorded.Body(body))?.Name);
    }

    [Fact]
    public void A_refusal_of_an_embedding_route_says_so()
    {
        var exchange = Recorded.Body("""{"error":{"message":"no such model"}}""", "https://h/v1/embeddings", 404);

        var answer = DialectCatalog.Recognise(exchange)!.Read(exchange);

        Assert.Equal("embeddings", answer.Dialect);
        Assert.Equal("HTTP 404: no such model", answer.Error);
    }

    [Fact]
    public void A_file_that_is_a_bare_list_of_vectors_is_one_answer()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("hspi-").FullName, "tei.json");
        File.WriteAllText(file, "[[0.1,0.2],[0.3,0.4]]");

        var response = Assert.IsType<Recording.Response>(Assert.Single(RecordingFile.Read(file)));

        Assert.Equal("embeddings", DialectCatalog.Recognise(response.Exchange)?.Name);
    }
}
