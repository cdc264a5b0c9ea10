namespace Hspi.Numerics.Vectors;

/// <summary>How far our units agree with a vector file.</summary>
/// <param name="File">The file.</param>
/// <param name="Cases">How many dot products it holds.</param>
/// <param name="Mismatches">How many of them we compute differently.</param>
/// <param name="First">The first of those, or null.</param>
public sealed record VectorCheck(string File, int Cases, int Mismatches, VectorMismatch? First)
{
    /// <summary>Computes every case of a file.</summary>
    /// <exception cref="VectorFormatException">The file cannot be read.</exception>
    public static VectorCheck Of(string file)
    {
        var cases = VectorFile.Read(file);
        var mismatches = 0;
        VectorMismatch? first = null;
        foreach (var one in cases)
        {
            ulong result;
            try
            {
                result = one.Compute();
            }
            catch (Exception wrong) when (wrong is ArgumentException or NotSupportedException)
            {
                throw new VectorFormatException(file, one.Line, wrong.Message, wrong);
            }

            if (!one.Accepts(result))
            {
                mismatches++;
                first ??= new(one.Line, one.Id, one.Row.Name, one.Expected, result, one.Unit.D.StorageBits / 4);
            }
        }

        return new(file, cases.Count, mismatches, first);
    }

    /// <summary>Folders become their <c>*.jsonl</c> files, at any depth and in alphabetical order; files stay as they are.</summary>
    public static IEnumerable<string> Expand(IEnumerable<string> paths) => paths.SelectMany(path => Directory.Exists(path)
        ? Directory.EnumerateFiles(path, "*.jsonl", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        : (IEnumerable<string>)[path]);
}

/// <summary>A case that we compute differently.</summary>
/// <param name="Line">Line in the file, from 1.</param>
/// <param name="Id">The case.</param>
/// <param name="Unit">The row that computed it.</param>
/// <param name="Expected">The file's bits.</param>
/// <param name="Computed">Ours.</param>
/// <param name="Digits">Hexadecimal digits of such a word.</param>
public sealed record VectorMismatch(int Line, string Id, string Unit, ulong Expected, ulong Computed, int Digits)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"line {Line}, {Id} on {Unit}: expected {Expected.ToString($"x{Digits}")}, computed {Computed.ToString($"x{Digits}")}";
}
