using System.Security.Cryptography;
using Hspi.Cli.Backends;
using Hspi.Platforms;
using Hspi.Probes;

namespace Hspi.Backends.Tests;

/// <summary>Whether there is something to tell apart on this machine.</summary>
public sealed class DistinctPlatformsTests(ITestOutputHelper output)
{
    [Fact]
    public async Task At_least_twelve_real_platforms_differ_in_their_bits()
    {
        var catalog = PlatformCatalog.Default();
        var offers = catalog.List().Where(offer => offer.Unavailable is null && offer.Platform.Engine is "onnxruntime" or "torch").ToList();
        Assert.SkipWhen(offers.All(offer => offer.Platform.Engine != "torch"), "TorchSharp's natives do not run on this machine.");
        Probe[] probes =
        [
            new PromptProbe("distinct/prompt", 1, "Words: river, stone, window, green, slowly,", NewTokens: 6),
            new MatmulProbe("distinct/product", 1, M: 8, N: 16, K: 1024, Seed: 11),
            new ImageProbe("distinct/image", 1, 32, 32, Enumerable.Range(0, 3 * 32 * 32).Select(i => (byte)(i * 37)).ToArray()),
        ];

        var classes = new Dictionary<string, List<Platform>>();
        foreach (var offer in offers)
        {
            await using var backend = catalog.Open(offer);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var probe in probes)
            {
                hash.AppendData(BackendContract.BitsOf(await backend.AskAsync(probe, TestContext.Current.CancellationToken)));
            }

            var name = Convert.ToHexStringLower(hash.GetHashAndReset())[..12];
            classes.TryAdd(name, []);
            classes[name].Add(offer.Platform);
        }

        foreach (var (name, platforms) in classes)
        {
            output.WriteLine($"{name}\n  {string.Join("\n  ", platforms)}");
        }

        Assert.InRange(classes.Count, 12, offers.Count);
    }
}
