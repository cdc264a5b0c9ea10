using Hspi.Evaluation.Simulation;
using Hspi.Readers.Lattice;

namespace Hspi.Core.Tests.Readers.Lattice;

/// <summary>
/// What the reader says of a few simulated endpoints, in nats, as it was on 2026-12-01. That these numbers are good ones is shown by
/// docs/readers-measured.md and not here: here no constant of the model changes without somebody's noticing.
/// </summary>
public sealed class LatticeNumbersTests
{
    [Theory]
    [InlineData(Head.Bf16, 5, 2, 1.0, 0, 260.740844, 238.002842, 1)]
    [InlineData(Head.Bf16, 20, 2, 0.7, 0, 349.921696, 260.232635, 1.428571)]
    [InlineData(Head.Bf16, 20, 1, 1.37, 0, 156.917298, 136.628856, 1.459854)]
    [InlineData(Head.Bf16, 8, 1, 1.0, -8, 155.790802, 144.783107, 1)]
    [InlineData(Head.Fp16, 8, 3, 1.0, 0, 497.648727, 527.782434, 1)]
    [InlineData(Head.Fp16, 20, 1, 0.8, 0, 151.721051, 174.238796, 1.25)]
    [InlineData(Head.Fp16, 5, 4, 1.0, 6, 472.944245, 485.690570, 1)]
    [InlineData(Head.Fp32, 20, 1, 1.0, 0, -27, -27, 1)]
    [InlineData(Head.Fp32, 5, 3, 1.2, 0, -81, -81, 1)]
    public void Likelihoods_stay_what_they_were(Head head, int alternatives, int tokens, double temperature, double mean, double bf16, double fp16, double scale)
    {
        var endpoint = new SimulatedEndpoint(head, 32_000, alternatives, tokens, temperature, temperature != 1, LogprobRecipe.MaxThenLog, LogprobPrint.DoubleOfFloat32, false) { Mean = mean };
        var answers = new SimulatedAnswers(endpoint, 7);
        var reader = new LogitLatticeReader();
        for (var i = 0; i < 3; i++)
        {
            _ = reader.Add(answers.Next());
        }

        var finding = reader.Finding();

        Assert.Equal(bf16, finding.Likelihoods.Bf16, 1e-5);
        Assert.Equal(fp16, finding.Likelihoods.Fp16, 1e-5);
        Assert.Equal(scale, finding.Detail.Scale, 1e-5);
    }
}
