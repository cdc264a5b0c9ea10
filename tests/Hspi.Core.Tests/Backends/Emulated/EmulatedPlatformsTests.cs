using Hspi.Answers;
using Hspi.Backends;
using Hspi.Backends.Emulated;
using Hspi.Networks;
using Hspi.Numerics.Formats;
using Hspi.Numerics.Units;
using Hspi.Platforms;
using Hspi.Probes;

namespace Hspi.Core.Tests.Backends.Emulated;

public sealed class EmulatedPlatformsTests
{
    private static readonly NetworkLibrary Networks = NetworkLibrary.Default();
    private static readonly MatmulProbe Product = new("product", 1, 3, 5, 200, 11);

    [Fact]
    public void Every_offer_has_its_own_name_and_can_be_opened()
    {
        var source = new EmulatedPlatforms(Networks);

        var offers = source.List().ToList();

        Assert.Equal(offers.Count, offers.Select(offer => offer.Platform.ToString()).Distinct().Count());
        Assert.All(offers, offer => Assert.Equal(offer.Platform, source.Open(offer.Platform).Platform));
        Assert.Contains("engine=emulated device=h100 arch=hopper precision=bf16", offers.Select(offer => offer.Platform.ToString()));
    }

    [Fact]
    public void What_is_not_offered_cannot_be_opened()
    {
        var platform = PlatformText.Parse("engine=emulated device=v100 arch=volta precision=bf16");

        var error = Assert.Throws<HspiException>(() => new EmulatedPlatforms(Networks).Open(platform));

        Assert.Contains("hspi platforms", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("engine=emulated device=b200 precision=nvfp4", "engine=emulated device=b200 arch=blackwell precision=nvfp4")]
    [InlineData("engine=emulated device=mi300x precision=fp8", "engine=emulated device=mi300x arch=cdna3 precision=fp8")]
    [InlineData("engine=emulated device=h100 precision=fp8 parallel=promoted=128", "engine=emulated device=h100 arch=hopper precision=fp8 parallel=promoted=128")]
    [InlineData("engine=emulated kernels=Hopper_E4M3_FP32 precision=e4m3-bf16", "engine=emulated arch=hopper precision=e4m3-bf16 kernels=hopper_e4m3_fp32")]
    [InlineData("engine=emulated kernels=cdna2_bf16_1k_fp32 precision=bf16 parallel=splitk=3", "engine=emulated arch=cdna2 precision=bf16 kernels=cdna2_bf16_1k_fp32 parallel=splitk=3")]
    public void What_is_in_no_list_is_found_by_its_columns_and_can_be_opened(string text, string whole)
    {
        var source = new EmulatedPlatforms(Networks);

        var offers = source.OnRequest(PlatformClaim.Parse(text)).Select(offer => offer.Platform).Where(platform => platform.Kernels != "half-logits");

        var platform = Assert.Single(offers);
        Assert.Equal(whole, platform.ToString());
        Assert.Equal(platform, source.Open(platform).Platform);
        Assert.DoesNotContain(source.List(), offer => offer.Platform == platform);
    }

    [Theory]
    [InlineData("kernels=hopper_e4m4", "units list")]
    [InlineData("kernels=hopper_e4m3_fp32 precision=bf16", "precision=e4m3-bf16")]
    [InlineData("device=h100 parallel=splitk=many", "whole numbers")]
    [InlineData("kernels=hopper_bf16_fp32 parallel=promoted=64>chain", "can contain another")]
    public void An_impossible_request_says_what_is_possible(string columns, string hint)
    {
        var claim = PlatformClaim.Parse("engine=emulated " + columns);

        var error = Assert.Throws<UsageException>(() => new EmulatedPlatforms(Networks).OnRequest(claim));

        Assert.Contains(hint, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("device=h100 precision=nvfp4")]
    [InlineData("engine=torch kernels=hopper_bf16_fp32")]
    public void A_request_that_means_nobody_here_gets_nothing(string columns) =>
        Assert.Empty(new EmulatedPlatforms(Networks).OnRequest(PlatformClaim.Parse(columns)));

    // The committed datasets and classifiers are made of these; new ones are asked for by name.
    [Fact]
    public void What_is_listed_is_what_it_was() => Assert.Equal(50, new EmulatedPlatforms(Networks).List().Count());

    [Fact]
    public void Every_generation_of_the_table_has_a_card_that_can_be_named() => Assert.Equal(
        KnownUnits.All.Select(row => row.Architecture.Name).Distinct().Order(StringComparer.Ordinal),
        new EmulatedPlatforms(Networks).OnRequest(PlatformClaim.Parse("engine=emulated precision=fp16"))
            .Select(offer => offer.Platform.Architecture).Distinct().Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("v100", "volta", "fp16")]
    [InlineData("a100", "ampere", "bf16")]
    [InlineData("h100", "hopper", "fp16")]
    [InlineData("mi100", "cdna1", "fp16")]
    [InlineData("mi250x", "cdna2", "bf16")]
    [InlineData("mi300x", "cdna3", "bf16")]
    public async Task Each_output_of_a_product_is_the_units_chain(string device, string architecture, string precision)
    {
        var format = precision == "fp16" ? KnownFormats.Fp16 : KnownFormats.Bf16;
        var unit = KnownUnits.All.Last(row => row.Architecture.Name == architecture && row.Unit.A == format && row.Unit.B == format && row.Unit.D == KnownFormats.Fp32).Unit;
        var chance = new SeededNormal(Product.Seed);
        var a = Numbers(ref chance, Product.M * Product.K, format);
        var b = Numbers(ref chance, Product.K * Product.N, format);

        var logits = await Ask($"engine=emulated device={device} arch={architecture} precision={precision}", Product);

        for (var i = 0; i < Product.M; i++)
        {
            for (var j = 0; j < Product.N; j++)
            {
                var column = Enumerable.Range(0, Product.K).Select(k => b[(k * Product.N) + j]).ToArray();
                var expected = unit.Encode(unit.Chain(a.AsSpan(i * Product.K, Product.K), column, KnownFormats.Fp32.Decode(0)));
                Assert.Equal(expected, BitConverter.SingleToUInt32Bits(logits.Span[(i * Product.N) + j]));
            }
        }
    }

    // facts: the classes of units whose bits cannot differ, and those whose bits must.
    [Fact]
    public async Task Generations_with_the_same_unit_answer_alike_and_others_do_not()
    {
        var probe = new PromptProbe("words", 1, "The old cat went to the river.", 4);
        var answers = new Dictionary<string, float[]>();
        foreach (var device in (string[])["v100 volta", "t4 turing", "a100 ampere", "l40s ada", "h100 hopper", "b200 blackwell"])
        {
            var words = device.Split(' ');
            answers[words[0]] = (await Ask($"engine=emulated device={words[0]} arch={words[1]} precision=fp16", probe)).ToArray();
        }

        Assert.Equal(answers["t4"], answers["a100"]);
        Assert.Equal(answers["a100"], answers["l40s"]);
        Assert.Equal(answers["h100"], answers["b200"]);
        Assert.NotEqual(answers["v100"], answers["a100"]);
        Assert.NotEqual(answers["a100"], answers["h100"]);
    }

    [Theory]
    [InlineData("parallel=tp2")]
    [InlineData("parallel=splitk2")]
    [InlineData("kernels=half-logits")]
    public async Task How_the_work_is_divided_shows_in_the_bits(string column)
    {
        var probe = new PromptProbe("words", 1, "One day a small dog", 2);

        var plain = await Ask("engine=emulated device=h100 arch=hopper precision=bf16", probe);
        var divided = await Ask($"engine=emulated device=h100 arch=hopper precision=bf16 {column}", probe);

        Assert.NotEqual(plain.ToArray(), divided.ToArray());
        Assert.Equal(column == "kernels=half-logits", divided.ToArray().All(logit => (BitConverter.SingleToUInt32Bits(logit) & 0xFFFF) == 0));
    }

    [Fact]
    public async Task Threads_change_no_bit()
    {
        var platform = PlatformText.Parse("engine=emulated device=a100 arch=ampere precision=bf16");
        var probe = new PromptProbe("words", 1, "A red fish", 2);

        await using var one = new EmulatedPlatforms(Networks, threads: 1).Open(platform);
        await using var two = new EmulatedPlatforms(Networks, threads: 2).Open(platform);

        Assert.Equal(
            await Last(one, probe),
            await Last(two, probe));
    }

    private static async Task<ReadOnlyMemory<float>> Ask(string platform, Probe probe)
    {
        await using var backend = new EmulatedPlatforms(Networks).Open(PlatformText.Parse(platform));
        return (await Last(backend, probe)).AsMemory();
    }

    private static async Task<float[]> Last(IBackend backend, Probe probe) =>
        Assert.IsType<Answer.Measured>(await backend.AskAsync(probe, TestContext.Current.CancellationToken)).Steps[^1].Logits.ToArray();

    private static Number[] Numbers(ref SeededNormal chance, int count, NumberFormat format)
    {
        var numbers = new Number[count];
        for (var i = 0; i < count; i++)
        {
            // fp32 first, as the probe says, then the unit's format.
            var single = KnownFormats.Fp32.Decode(BitConverter.SingleToUInt32Bits((float)chance.NextNormal()));
            numbers[i] = format.Round(single);
        }

        return numbers;
    }
}
