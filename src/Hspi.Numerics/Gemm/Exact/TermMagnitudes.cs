using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hspi.Numerics.Gemm.Ieee;
using Hspi.Numerics.Gemm.Packing;

namespace Hspi.Numerics.Gemm.Exact;

/// <summary>Per term, the bits of the smallest and of the largest magnitude among the rows of a group or the columns of a panel, where
/// <see cref="MagnitudeRange.Empty"/> stands for zeros alone.</summary>
internal sealed unsafe class TermMagnitudes : IDisposable
{
    private readonly AlignedBuffer<int> _low;
    private readonly AlignedBuffer<int> _high;
    private readonly int _stride;

    /// <param name="parts">Groups or panels.</param>
    /// <param name="terms">Terms of each; whole vectors are there, and what they have more counts as zeros.</param>
    public TermMagnitudes(int parts, int terms)
    {
        _stride = (terms + Vector256<int>.Count - 1) / Vector256<int>.Count * Vector256<int>.Count;
        _low = new AlignedBuffer<int>((long)parts * _stride);
        _high = new AlignedBuffer<int>((long)parts * _stride);
        for (int part = 0; part < parts; part++)
        {
            new Span<int>(Low(part, 0), _stride).Fill(MagnitudeRange.Empty.Lowest);
            new Span<int>(High(part, 0), _stride).Fill(MagnitudeRange.Empty.Highest);
        }
    }

    public int* Low(int part, int term) => _low.Pointer + ((long)part * _stride) + term;

    public int* High(int part, int term) => _high.Pointer + ((long)part * _stride) + term;

    /// <summary>Takes a group of rows, [rows, terms].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void TakeRows(int part, float* values, int rows, int terms)
    {
        Span<float> last = stackalloc float[Vector256<float>.Count];
        last.Clear();
        for (int k = 0; k < terms; k += Vector256<float>.Count)
        {
            var lanes = new MagnitudeLanes();
            bool whole = k + Vector256<float>.Count <= terms;
            for (int row = 0; row < rows; row++)
            {
                float* source = values + ((long)row * terms) + k;
                if (!whole)
                {
                    new ReadOnlySpan<float>(source, terms - k).CopyTo(last);
                }
                lanes.Take(whole ? Vector256.Load(source) : Vector256.Create<float>(last));
            }
            lanes.Low.Store(Low(part, k));
            lanes.High.Store(High(part, k));
        }
    }

    /// <summary>Sets what is known of one term.</summary>
    public void Set(int part, int term, MagnitudeRange range) => (*Low(part, term), *High(part, term)) = range;

    public void Dispose()
    {
        _low.Dispose();
        _high.Dispose();
    }
}

/// <summary>The smallest and the largest magnitude in each lane of what was taken; zeros are left out.</summary>
internal struct MagnitudeLanes()
{
    public Vector256<int> Low { get; private set; } = Vector256.Create(MagnitudeRange.Empty.Lowest);

    public Vector256<int> High { get; private set; } = Vector256.Create(MagnitudeRange.Empty.Highest);

    /// <summary>The smallest and the largest of all lanes.</summary>
    public readonly MagnitudeRange Range => MagnitudeRange.Of(Low, High);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take(Vector256<float> values)
    {
        Vector256<int> magnitudes = Vector256.Abs(values).AsInt32();
        High = Vector256.Max(High, magnitudes);
        Vector256<int> zero = Vector256.Equals(magnitudes, Vector256<int>.Zero);
        Low = Vector256.Min(Low, Vector256.ConditionalSelect(zero, Vector256.Create(MagnitudeRange.Empty.Lowest), magnitudes));
    }
}
