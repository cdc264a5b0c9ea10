using Hspi.Dialects;

namespace Hspi.Core.Tests.Dialects;

public sealed class DialectCatalogTests
{
    [Theory]
    [InlineData("""{"object":"response","created_at":1,"status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":"done","logprobs":[]}]}]}""", "openai-responses")]
    [InlineData("""{"id":"1","created_at":"2026-01-01T00:00:00Z","status":"done","result":{}}""", null)] // a job of another service
    [InlineData("""{"model":"m","created_at":"2026-01-01T00:00:00Z","response":"done","done" : true}""", "ollama")]
    public void A_word_that_a_model_or_a_job_says_is_no_field(string body, string? dialect)
    {
        Assert.Equal(dialect, DialectCatalog.Recognise(Recorded.Body(body))?.Name);
    }

    [Fact]
    public void Every_dialect_of_the_library_is_asked_under_a_name_of_its_own()
    {
        var written = typeof(IDialect).Assembly.GetTypes()
            .Where(type => type.Namespace == typeof(IDialect).Namespace && type.IsAssignableTo(typeof(IDialect)) && !type.IsAbstract);

        Assert.Equal(
            written.Select(type => type.Name).Order(StringComparer.Ordinal),
            DialectCatalog.All.Select(dialect => dialect.GetType().Name).Distinct().Order(StringComparer.Ordinal));
        Assert.Distinct(DialectCatalog.All.Select(dialect => dialect.Name));
        Assert.All(DialectCatalog.All, dialect => Assert.Same(dialect, DialectCatalog.Find(dialect.Name)));
    }
}
