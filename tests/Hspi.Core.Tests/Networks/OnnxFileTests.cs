using Hspi.Networks.Building;
using Hspi.Networks.Onnx;
using Hspi.Probes;

namespace Hspi.Core.Tests.Networks;

public sealed class OnnxFileTests
{
    private static readonly DecoderSize Tiny = new(16, 8, 1, 2, 1, 8, 8);

    [Fact]
    public void A_model_comes_back_as_it_was_written()
    {
        var written = OnnxWriter.Write(DecoderGraph.Build(Tiny, seed: 1));

        var read = OnnxReader.Read(written, "decoder.onnx");

        Assert.Equal(written, OnnxWriter.Write(read));
        Assert.Equal(Tiny, DecoderGraph.SizeOf(read));
        Assert.Equal(["token_ids", "positions", "mask", "past_key_0", "past_value_0"], read.Graph.Inputs.Select(input => input.Name));
    }

    [Fact]
    public void The_committed_size_has_one_million_parameters()
    {
        var model = DecoderGraph.Build(DecoderSize.Small, seed: 1);

        var parameters = model.Graph.Initializers.Where(pair => !pair.Key.StartsWith("const/", StringComparison.Ordinal) && !pair.Key.StartsWith("rotary/", StringComparison.Ordinal))
            .Sum(pair => pair.Value.Data.Length / 4);

        Assert.Equal(984_192, parameters);
    }

    // By hand from the protobuf specification: field 1 varint 8; field 7 of length 3 holding field 2 (name) = "g".
    [Fact]
    public void The_wire_format_is_that_of_the_specification()
    {
        byte[] file = [0x08, 0x08, 0x3A, 0x03, 0x12, 0x01, (byte)'g'];

        var model = OnnxReader.Read(file, "hand.onnx");

        Assert.Equal(8, model.IrVersion);
        Assert.Equal("g", model.Graph.Name);
    }

    [Fact]
    public void Every_cut_of_a_file_is_refused_or_read_and_never_crashes()
    {
        var written = OnnxWriter.Write(MatmulGraph.Build());

        for (var length = 0; length < written.Length; length++)
        {
            Refuse(written.AsSpan(0, length));
        }
    }

    [Fact]
    public void Damaged_files_are_refused_by_name()
    {
        var written = OnnxWriter.Write(DecoderGraph.Build(Tiny, seed: 1));
        var chance = new SeededNormal(5);

        for (var i = 0; i < 3000; i++)
        {
            var damaged = written.ToArray();
            for (var hits = chance.Next(4); hits >= 0; hits--)
            {
                damaged[chance.Next(damaged.Length)] = (byte)chance.Next(256);
            }

            Refuse(damaged);
        }
    }

    [Fact]
    public void A_length_beyond_the_file_is_told_with_its_place()
    {
        byte[] file = [0x08, 0x08, 0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F];

        var error = Assert.Throws<HspiException>(() => OnnxReader.Read(file, "cut.onnx"));

        Assert.StartsWith("cut.onnx: field 7 near byte 8 claims 4294967295 bytes", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(9)]
    [InlineData(23)]
    public void An_attribute_that_would_be_lost_is_refused(int field)
    {
        var model = new WireWriter();
        model.Integer(1, 8);
        model.Message(7, graph => graph.Message(1, node =>
        {
            node.Text(2, "y");
            node.Text(4, "Constant");
            node.Message(5, attribute =>
            {
                attribute.Text(1, "value_floats");
                attribute.Bytes(field, [0, 0, 0x80, 0x3F]);
            });
        }));

        var error = Assert.Throws<HspiException>(() => OnnxReader.Read(model.ToArray(), "model.onnx"));

        Assert.Contains("attribute \"value_floats\" holds real numbers, texts", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_that_reads_what_nobody_made_is_refused()
    {
        var model = MatmulGraph.Build();
        var broken = model with { Graph = model.Graph with { Inputs = [] } };

        var error = Assert.Throws<HspiException>(() => OnnxReader.Read(OnnxWriter.Write(broken), "broken.onnx"));

        Assert.Contains("reads \"a\" before anything made it", error.Message, StringComparison.Ordinal);
    }

    // Most damage leaves a readable file; what matters is that nothing but our own exception ever comes out.
    private static void Refuse(ReadOnlySpan<byte> file)
    {
        try
        {
            OnnxReader.Read(file, "damaged.onnx");
        }
        catch (HspiException refused)
        {
            Assert.StartsWith("damaged.onnx", refused.Message, StringComparison.Ordinal);
        }
    }
}
