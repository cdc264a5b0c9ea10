using Hspi.Numerics.Vectors;

namespace Hspi.Numerics.Tests.Vectors;

public sealed class VectorFileTests
{
    private const string Header = """{"meta":true,"gpu":"H200","a_type":"e4m3","d_type":"fp32","k":32,"path":"PATH"}""";
    private const string Case = """{"id":"x","a":["38"],"b":["38"],"c":"00000000","d":"3f800000"}""";

    [Theory]
    [InlineData("wgmma (c=0)", "hopper_e4m3_fp32")]
    [InlineData("mma.sync, emulated by HMMA", "hopper_e4m3_fp32_mmasync")]
    [InlineData("", "hopper_e4m3_fp32")]
    public void The_path_chooses_the_row_and_a_card_is_as_good_as_an_architecture(string path, string row)
    {
        var read = VectorFile.Read("f", [Header.Replace("PATH", path, StringComparison.Ordinal), Case]);

        Assert.Equal(row, Assert.Single(read).Row.Name);
        Assert.True(read[0].Accepts(read[0].Compute()));
    }

    [Fact]
    public void A_short_instruction_has_a_short_block()
    {
        var read = VectorFile.Read("f",
        [
            """{"meta":true,"arch":"hopper","instr":"mma.m16n8k8.f32.f16.f16.f32","a_type":"fp16","d_type":"fp32","k":8}""",
            """{"a":["3c00"],"b":["3c00"],"c":"00000000","d":"3f800000"}""",
        ]);

        Assert.Equal(8, read[0].Unit.BlockTerms);
    }

    [Fact]
    public void A_probe_is_one_case_per_architecture()
    {
        var read = VectorFile.Read("f",
            ["""{"id":"p","a_type":"bf16","c_type":"fp32","d_type":"fp32","k":2,"a":["3f80"],"b":["3f80"],"c":"00000000","expect":{"cdna2":"3f800000","cdna2_1k":"3f800000","ada":"3f800000"}}"""]);

        Assert.Equal(["cdna2_bf16_fp32", "cdna2_bf16_1k_fp32", "ada_bf16_fp32"], read.Select(one => one.Row.Name));
    }

    [Fact]
    public void A_wrong_bit_is_a_mismatch_and_any_nan_is_right_where_the_file_says_so()
    {
        var wrong = VectorFile.Read("f", [Header, Case.Replace("3f800000", "3f800001", StringComparison.Ordinal)])[0];
        var nan = VectorFile.Read("f", [Header, """{"a":["7f"],"b":["38"],"c":"00000000","d":"7fc00000","nan":true}"""])[0];

        Assert.False(wrong.Accepts(wrong.Compute()));
        Assert.True(nan.Accepts(nan.Compute()));
    }

    [Fact]
    public void A_file_without_a_case_is_refused_because_a_check_of_nothing_would_pass()
    {
        Assert.Contains("no case", Assert.Throws<VectorFormatException>(() => VectorFile.Read("f", [Header, ""])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "{", "f(2)")]
    [InlineData(2, """{"a":["38"],"b":["38"],"c":"0"}""", "a field is missing")]
    [InlineData(2, """{"a":["138"],"b":["38"],"c":"0","d":"0"}""", "no e4m3 bit pattern")]
    [InlineData(2, """{"a":["38","38"],"b":["38"],"c":"0","d":"0"}""", "as many of each")]
    [InlineData(1, """{"meta":true,"arch":"hopper","a_type":"int8","d_type":"fp32"}""", "a type that is not known")]
    [InlineData(1, """{"meta":true,"arch":"kepler","a_type":"fp16","d_type":"fp32"}""", "no known architecture")]
    public void What_cannot_be_read_is_named_with_file_and_line(int line, string text, string reason)
    {
        string[] lines = line == 1 ? [text] : [Header, text];

        var failure = Assert.Throws<VectorFormatException>(() => VectorFile.Read("f", lines));

        Assert.StartsWith($"f({line})", failure.Message, StringComparison.Ordinal);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }
}
