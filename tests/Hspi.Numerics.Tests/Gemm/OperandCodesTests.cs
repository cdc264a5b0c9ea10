using System.Runtime.Intrinsics;
using Hspi.Numerics.Gemm.Packing;
using Hspi.Numerics.Gemm.Truncated;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Tests.Gemm;

/// <summary>Two codes of a byte each add up to the exponent field of their product, for every unit that has codes.</summary>
public sealed class OperandCodesTests
{
    public static TheoryData<string, bool> Units
    {
        get
        {
            var units = new TheoryData<string, bool>();
            foreach (KnownUnit row in KnownUnits.All.DistinctBy(row => $"{row.Unit.Definition} {row.Unit.A.Name} {row.Unit.B.Name}"))
            {
                if (TruncatedShape.Of(row.Unit) is not null)
                {
                    units.Add(row.Name, false);
                }
                if (TruncatedShape.Of(row.Unit, isScaled: true) is not null)
                {
                    units.Add(row.Name, true);
                }
            }
            return units;
        }
    }

    [Theory]
    [MemberData(nameof(Units))]
    public void Sums_are_the_products_exponents_and_zeros_lie_below(string name, bool scaled)
    {
        MatrixUnit unit = KnownUnits.Find(name)!.Unit;
        TruncatedShape shape = TruncatedShape.Of(unit, scaled)!.Value;
        OperandCodes lefts = new(shape, shape.Left), rights = new(shape, shape.Right);
        (int Lowest, int Highest) left = Exponents(shape.Left, scaled), right = Exponents(shape.Right, scaled);
        int lowestCode = shape.LowestField + shape.Raise;

        Assert.InRange(lowestCode, 0, byte.MaxValue);
        Assert.InRange(shape.TinyField + shape.Raise, 0, byte.MaxValue);
        for (int e = left.Lowest; e <= left.Highest; e++)
        {
            int a = Code(lefts.Left, e);
            AssertZero(a + rights.Right(Vector256<float>.Zero)[0]);
            for (int f = right.Lowest; f <= right.Highest; f++)
            {
                int b = Code(rights.Right, f);
                AssertZero(lefts.Left(Vector256.Create(-0f))[0] + b);

                Assert.InRange(a, 0, byte.MaxValue);
                Assert.InRange(b, 0, byte.MaxValue);
                Assert.InRange(a + b, shape.IsRaised ? shape.HighestZeroCode + 1 : 1, byte.MaxValue);
                Assert.Equal(Aligned(e, shape.Left, scaled) + Aligned(f, shape.Right, scaled) - shape.Offset + 127, a + b - shape.Raise);
            }
        }

        // A block's scale moves the code of an operand; here that of 1.
        int Code(Func<Vector256<float>, Vector256<int>> codes, int exponent)
        {
            Vector256<float> value = Vector256.Create(scaled ? 1 : MathF.ScaleB(1, exponent));
            return OperandCodes.Scaled(codes(value), value, Vector256.Create(scaled ? exponent : 0))[0];
        }

        void AssertZero(int code)
        {
            int smallest = Aligned(left.Lowest, shape.Left, scaled) + Aligned(right.Lowest, shape.Right, scaled) - shape.Offset + 127;
            Assert.InRange(code, 0, shape.IsRaised ? Math.Min(shape.HighestZeroCode, lowestCode) : smallest - 1);
        }
    }

    private static (int Lowest, int Highest) Exponents(OperandRange range, bool scaled) => scaled
        ? (OperandRange.LowestScaled, OperandRange.HighestScaled)
        : (range.LowestTaken - (range.IsWide ? 0 : range.FractionBits), Math.ILogB(range.LargestTaken));

    // Subnormals count with the exponent of the smallest normal number.
    private static int Aligned(int exponent, OperandRange range, bool scaled) => scaled ? exponent : Math.Max(exponent, range.LowestAligned);
}
