using Hspi.Cli.Backends;

namespace Hspi.Backends.Tests;

public sealed class PlatformCatalogTests
{
    [Fact]
    public void Every_platform_is_found_by_its_own_text()
    {
        var catalog = PlatformCatalog.Default();

        Assert.All(catalog.List(), offer => Assert.Equal(offer.Platform, catalog.Find(offer.Platform.ToString()).Platform));
    }

    [Fact]
    public void No_two_platforms_have_the_same_columns()
    {
        var texts = PlatformCatalog.Default().List().Select(offer => offer.Platform.ToString()).ToList();

        Assert.Equal(texts.Count, texts.Distinct().Count());
    }

    [Fact]
    public void Every_runtime_is_held_to_the_contract()
    {
        var held = typeof(CatalogContract).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(CatalogContract)))
            .Select(type => ((CatalogContract)Activator.CreateInstance(type)!).Engine);

        Assert.Equal(
            PlatformCatalog.Default().List().Select(offer => offer.Platform.Engine).Distinct().Order(StringComparer.Ordinal),
            held.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_ambiguous_text_lists_what_it_could_mean()
    {
        var wrong = Assert.Throws<UsageException>(() => PlatformCatalog.Default().Find("engine=torch precision=bf16"));

        Assert.Contains("kernels=sdpa", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_platform_is_the_callers_mistake() =>
        Assert.Throws<UsageException>(() => PlatformCatalog.Default().Find("engine=abacus"));
}
