using Hspi.Cuda.Kernels;

namespace Hspi.Cuda.Cards;

/// <summary>The operands of one launch, and where in them each output finds its row, its column and its addend.</summary>
internal sealed class Launch(MatrixInstruction instruction, int tiles)
{
    private readonly int _outputs = instruction.M * MatrixInstruction.N;

    /// <summary>How many tiles it computes.</summary>
    public int Tiles => tiles;

    /// <summary>[tiles][M][row bytes].</summary>
    public byte[] A { get; } = new byte[tiles * instruction.M * instruction.RowBytes];

    /// <summary>[tiles][8][row bytes].</summary>
    public byte[] B { get; } = new byte[tiles * MatrixInstruction.N * instruction.RowBytes];

    /// <summary>[tiles][M][8] of the output type.</summary>
    public byte[] C { get; } = new byte[tiles * instruction.M * MatrixInstruction.N * instruction.OutputBytes];

    /// <summary>Writes the operands of a tile's first output; the rest of the tile stays as it is.</summary>
    /// <param name="tile">Which tile.</param>
    /// <param name="a">At most k words; what is missing is zero.</param>
    /// <param name="b">As many.</param>
    /// <param name="c">The addend.</param>
    public void SetFirst(int tile, ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, ulong c)
    {
        var size = instruction.RowBytes / instruction.K;
        for (var k = 0; k < a.Length; k++)
        {
            Put(Part(A, tile).Slice(k * size, size), a[k]);
            Put(Part(B, tile).Slice(k * size, size), b[k]);
        }

        Put(Part(C, tile)[..instruction.OutputBytes], c);
    }

    /// <summary>One tile's part of <see cref="A"/>, <see cref="B"/> or <see cref="C"/>.</summary>
    public Span<byte> Part(byte[] all, int tile) => all.AsSpan(all.Length / tiles * tile, all.Length / tiles);

    /// <summary>The k words of A that output number <paramref name="output"/> sums.</summary>
    public ulong[] RowOfA(int output) => Words(A, (((output / _outputs) * instruction.M) + (output % _outputs / MatrixInstruction.N)) * instruction.RowBytes);

    /// <summary>The k words of B that output number <paramref name="output"/> sums.</summary>
    public ulong[] ColumnOfB(int output) => Words(B, (((output / _outputs) * MatrixInstruction.N) + (output % MatrixInstruction.N)) * instruction.RowBytes);

    /// <summary>Its addend.</summary>
    public ulong Addend(int output) => Output(C, output);

    /// <summary>Word number <paramref name="output"/> of an array of outputs.</summary>
    public ulong Output(byte[] outputs, int output) => Word(outputs.AsSpan(output * instruction.OutputBytes, instruction.OutputBytes));

    private ulong[] Words(byte[] all, int at)
    {
        var size = instruction.RowBytes / instruction.K;
        var words = new ulong[instruction.K];
        for (var k = 0; k < words.Length; k++)
        {
            words[k] = Word(all.AsSpan(at + (k * size), size));
        }

        return words;
    }

    private static void Put(Span<byte> to, ulong word)
    {
        for (var i = 0; i < to.Length; i++)
        {
            to[i] = (byte)(word >> (8 * i));
        }
    }

    private static ulong Word(ReadOnlySpan<byte> bytes)
    {
        var word = 0UL;
        for (var i = bytes.Length - 1; i >= 0; i--)
        {
            word = (word << 8) | bytes[i];
        }

        return word;
    }
}
