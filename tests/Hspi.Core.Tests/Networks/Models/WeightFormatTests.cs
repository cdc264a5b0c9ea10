using Hspi.Networks.Models;

namespace Hspi.Core.Tests.Networks.Models;

/// <summary>Each block format, written here number by number as its layout says, and read back.</summary>
public sealed class WeightFormatTests
{
    private const float Scale = 0.5f;
    private const float Offset = 0.25f;

    [Fact]
    public void Bytes_with_a_scale()
    {
        sbyte[] numbers = [.. Enumerable.Range(0, 32).Select(i => (sbyte)((i * 37 % 255) - 127))];

        Assert.Equal(numbers.Select(number => number * Scale), Read(WeightFormat.Q8, [.. Half(Scale), .. numbers.Select(number => (byte)number)]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Four_bits(bool offset)
    {
        int[] numbers = [.. Enumerable.Range(0, 32).Select(i => i * 7 % 16)];
        var packed = Enumerable.Range(0, 16).Select(i => (byte)(numbers[i] | (numbers[i + 16] << 4)));

        var read = offset ? Read(WeightFormat.Q4Offset, [.. Half(Scale), .. Half(Offset), .. packed]) : Read(WeightFormat.Q4, [.. Half(Scale), .. packed]);

        Assert.Equal(numbers.Select(number => offset ? (number * Scale) + Offset : (number - 8) * Scale), read);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Five_bits(bool offset)
    {
        int[] numbers = [.. Enumerable.Range(0, 32).Select(i => i * 11 % 32)];
        var packed = Enumerable.Range(0, 16).Select(i => (byte)((numbers[i] & 15) | ((numbers[i + 16] & 15) << 4)));
        var fifth = BitConverter.GetBytes(numbers.Select((number, i) => (uint)(number >> 4) << i).Aggregate((bits, bit) => bits | bit));

        var read = offset ? Read(WeightFormat.Q5Offset, [.. Half(Scale), .. Half(Offset), .. fifth, .. packed]) : Read(WeightFormat.Q5, [.. Half(Scale), .. fifth, .. packed]);

        Assert.Equal(numbers.Select(number => offset ? (number * Scale) + Offset : (number - 16) * Scale), read);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Eight_groups_with_scales_of_six_bits(int bits)
    {
        int[] steps = [3, 17, 63, 40, 1, 62, 33, 20];
        int[] least = [5, 60, 2, 31, 63, 0, 18, 47];
        int[] numbers = [.. Enumerable.Range(0, 256).Select(i => i * 13 % (1 << bits))];
        byte[] scales = [.. Enumerable.Range(0, 4).Select(i => (byte)(steps[i] | (steps[i + 4] >> 4 << 6))), .. Enumerable.Range(0, 4).Select(i => (byte)(least[i] | (least[i + 4] >> 4 << 6))), .. Enumerable.Range(0, 4).Select(i => (byte)((steps[i + 4] & 15) | ((least[i + 4] & 15) << 4)))];
        var packed = Enumerable.Range(0, 128).Select(i => (byte)((numbers[(i / 32 * 64) + (i % 32)] & 15) | ((numbers[(i / 32 * 64) + 32 + (i % 32)] & 15) << 4)));
        var fifth = Enumerable.Range(0, 32).Select(i => (byte)Enumerable.Range(0, 8).Sum(group => (numbers[(group * 32) + i] >> 4) << group));

        var read = bits == 4 ? Read(WeightFormat.Q4K, [.. Half(Scale), .. Half(Offset), .. scales, .. packed]) : Read(WeightFormat.Q5K, [.. Half(Scale), .. Half(Offset), .. scales, .. fifth, .. packed]);

        Assert.Equal(numbers.Select((number, i) => (Scale * steps[i / 32] * number) - (Offset * least[i / 32])), read);
    }

    [Fact]
    public void Sixteen_groups_of_six_bits()
    {
        sbyte[] steps = [.. Enumerable.Range(0, 16).Select(i => (sbyte)((i * 17) - 128))];
        int[] numbers = [.. Enumerable.Range(0, 256).Select(i => i * 29 % 64)];
        var (low, high) = (new byte[128], new byte[64]);
        for (var i = 0; i < 256; i++)
        {
            var (half, quarter, lane) = (i / 128, i % 128 / 32, i % 32);
            low[(half * 64) + (quarter % 2 * 32) + lane] |= (byte)((numbers[i] & 15) << (quarter / 2 * 4));
            high[(half * 32) + lane] |= (byte)((numbers[i] >> 4) << (quarter * 2));
        }

        var read = Read(WeightFormat.Q6K, [.. low, .. high, .. steps.Select(step => (byte)step), .. Half(Scale)]);

        Assert.Equal(numbers.Select((number, i) => Scale * steps[i / 16] * (number - 32)), read);
    }

    [Fact]
    public void Brain_floats_are_the_upper_half()
    {
        Assert.Equal([1.5f, -2f], Read(WeightFormat.BF16, [0xC0, 0x3F, 0x00, 0xC0], 2));
    }

    [Fact]
    public void Rows_that_fill_no_whole_blocks_have_no_size()
    {
        Assert.Null(WeightFormat.Q8.BytesOf(33));
        Assert.Equal(68, WeightFormat.Q8.BytesOf(64));
    }

    private static float[] Read(WeightFormat format, byte[] stored, int? count = null)
    {
        var values = new float[count ?? format.BlockLength];
        format.Read(stored, values);
        return values;
    }

    private static byte[] Half(float value) => BitConverter.GetBytes((Half)value);
}
