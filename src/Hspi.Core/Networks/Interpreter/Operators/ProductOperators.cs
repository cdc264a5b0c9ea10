using static System.Numerics.Tensors.TensorPrimitives;

namespace Hspi.Networks.Interpreter.Operators;

/// <summary>Matrix products. All arithmetic on the sums is the platform's (<see cref="IMatrixArithmetic"/>).</summary>
internal static class ProductOperators
{
    /// <summary>Operators by ONNX name.</summary>
    public static IReadOnlyDictionary<string, Operator> All { get; } = new Dictionary<string, Operator>(StringComparer.Ordinal)
    {
        ["MatMul"] = new(MatMul, Rounds: true, PrepareMatMul),
        ["Gemm"] = new(Gemm, Rounds: true, PrepareGemm),
    };

    private static bool PrepareMatMul(Call call, IMatrixArithmetic arithmetic, FloatValue weights)
    {
        if (weights.Shape is not [var terms, var columns] || weights.Count == 0)
        {
            return false;
        }

        call.Weights = [arithmetic.Prepare(weights.Span, terms, columns)];
        call.WeightShape = weights.Shape;
        return true;
    }

    private static void MatMul(Call call)
    {
        var left = call.Floats(0);
        if (call.Weights is [var weights] && left.Shape.Length > 1)
        {
            CheckTerms(call, left.Shape[^1], call.WeightShape[0]);
            var product = call.NewFloats([.. left.Shape[..^1], call.WeightShape[1]]);
            if (product.Count > 0)
            {
                weights.Multiply(left.Span, left.Count / left.Shape[^1], product.Span);
            }

            call.Return(product);
            return;
        }

        var right = call.Floats(1);
        if (left.Shape.Length < 2 || right.Shape.Length < 2)
        {
            throw call.Fail("multiplies a vector; give it as a matrix");
        }

        Batched(call, left, right);
    }

    private static void Batched(Call call, FloatValue left, FloatValue right)
    {
        var (rows, terms, columns) = (left.Shape[^2], left.Shape[^1], right.Shape[^1]);
        CheckTerms(call, terms, right.Shape[^2]);
        var batch = Broadcast.Shape(call, left.Shape.AsSpan(0, left.Shape.Length - 2), right.Shape.AsSpan(0, right.Shape.Length - 2));
        var result = call.NewFloats([.. batch, rows, columns]);
        if (result.Count == 0)
        {
            call.Return(result);
            return;
        }

        var leftAt = Offsets(batch, left.Shape.AsSpan(0, left.Shape.Length - 2));
        var rightAt = Offsets(batch, right.Shape.AsSpan(0, right.Shape.Length - 2));
        for (var first = 0; first < leftAt.Length;)
        {
            // Matrices that share their right side are one taller product: query groups share their keys. No sum changes by it.
            var next = first + 1;
            while (next < leftAt.Length && rightAt[next] == rightAt[first] && leftAt[next] == leftAt[first] + next - first)
            {
                next++;
            }

            var tall = rows * (next - first);
            call.Precision.Products.Multiply(
                left.Span.Slice(leftAt[first] * rows * terms, tall * terms),
                tall,
                terms,
                right.Span.Slice(rightAt[first] * terms * columns, terms * columns),
                columns,
                result.Span.Slice(first * rows * columns, tall * columns));
            first = next;
        }

        call.Return(result);
    }

    // For each matrix of the result, which matrix of the source it reads.
    private static int[] Offsets(int[] batch, ReadOnlySpan<int> source)
    {
        var all = new int[Value.CountOf(source)];
        for (var i = 0; i < all.Length; i++)
        {
            all[i] = i;
        }

        var offsets = new int[Value.CountOf(batch)];
        StridedCopy.Run(batch, Broadcast.Strides(source, batch), all, 0, offsets);
        return offsets;
    }

    private static bool PrepareGemm(Call call, IMatrixArithmetic arithmetic, FloatValue weights)
    {
        if (weights.Shape.Length != 2 || weights.Count == 0)
        {
            return false;
        }

        var right = call.Attribute("transB", 0) == 0 ? weights.Span : Transposed(weights.Span, weights.Shape[0], weights.Shape[1]);
        call.WeightShape = call.Attribute("transB", 0) == 0 ? weights.Shape : [weights.Shape[1], weights.Shape[0]];
        call.Weights = [arithmetic.Prepare(right, call.WeightShape[0], call.WeightShape[1])];
        return true;
    }

    // alpha·A·B + beta·C: the accumulators are scaled and the bias added in fp32, then rounded once, as in a kernel's epilogue.
    private static void Gemm(Call call)
    {
        var left = call.Floats(0);
        if (left.Shape.Length != 2)
        {
            throw call.Fail($"multiplies a value of {left.Shape.Length} axes");
        }

        var turned = call.Attribute("transA", 0) != 0;
        var (rows, terms) = turned ? (left.Shape[1], left.Shape[0]) : (left.Shape[0], left.Shape[1]);
        var a = turned ? Transposed(left.Span, left.Shape[0], left.Shape[1]) : left.Span;
        var dynamic = call.Weights is null;
        if (dynamic && !PrepareGemm(call, call.Precision.Products, call.Floats(1)))
        {
            throw call.Fail("multiplies by something that is not a matrix");
        }

        CheckTerms(call, terms, call.WeightShape[0]);
        var result = call.NewFloats(rows, call.WeightShape[1]);
        if (rows > 0)
        {
            call.Weights![0].Multiply(a, rows, result.Span);
        }

        if (dynamic)
        {
            call.Weights![0].Dispose();
            call.Weights = null;
        }

        var (alpha, beta) = (call.Attribute("alpha", 1f), call.Attribute("beta", 1f));
        if (alpha != 1)
        {
            Multiply(result.Span, alpha, result.Span);
        }

        if (call.Has(2))
        {
            AddBias(call, result, beta);
        }

        call.Return(result);
    }

    private static void AddBias(Call call, FloatValue result, float beta)
    {
        var bias = call.Floats(2);
        if (!Broadcast.Shape(call, result.Shape, bias.Shape).AsSpan().SequenceEqual(result.Shape))
        {
            throw call.Fail($"adds a bias of shape [{string.Join(", ", bias.Shape)}] to [{string.Join(", ", result.Shape)}]");
        }

        var (rows, columns) = (result.Shape[0], result.Shape[1]);
        var strides = Broadcast.Strides(bias.Shape, result.Shape);
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                result.Span[(i * columns) + j] += beta * bias.Span[(i * strides[0]) + (j * strides[1])];
            }
        }
    }

    private static float[] Transposed(ReadOnlySpan<float> matrix, int rows, int columns)
    {
        var turned = new float[rows * columns];
        StridedCopy.Run([columns, rows], [1, columns], matrix, 0, turned);
        return turned;
    }

    private static void CheckTerms(Call call, int left, int right)
    {
        if (left != right)
        {
            throw call.Fail($"multiplies rows of {left} by columns of {right}");
        }
    }
}
