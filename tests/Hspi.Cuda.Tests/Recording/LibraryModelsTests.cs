using Hspi.Cuda.Native;
using Hspi.Cuda.Recording;
using Hspi.Numerics.Formats;

namespace Hspi.Cuda.Tests.Recording;

public sealed class LibraryModelsTests
{
    [Theory]
    [InlineData("bf16", 66, 1, 0, 0, "one chain")] // nvjet without split-K is one chain, whatever its tile
    [InlineData("bf16", 66, 4, 0, 0, "one chain|split-K 4, Fp32Workspace")]
    [InlineData("fp16", 21, 2, 1, 7, "one chain|residue first, tiles of 32|split-K 2, SerialOutput")]
    [InlineData("fp16", 21, 3, 4, 13, "one chain|residue first, tiles of 64|split-K 3, OutputPartials")]
    [InlineData("e4m3", 66, 2, 2, 0, "one chain|promoted every 128|split-K 2, Fp32Workspace")]
    [InlineData("e4m3-fast", 66, 1, 0, 0, "one chain|promoted every 128")]
    public void The_fields_of_a_choice_name_the_orders_that_are_tried(string types, int algorithm, int splitK, int scheme, int stages, string expected)
    {
        var choice = new CublasLtChoice(algorithm, 0, splitK, scheme, 0, 0, stages, 0, 0);

        var models = LibraryModels.For(CublasLtTypes.All.Single(one => one.Name == types), KnownFormats.Fp32, choice);

        Assert.Equal(expected, string.Join('|', models.Select(model => model.Name)));
    }
}
