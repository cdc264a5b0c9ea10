using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Hspi.Numerics.Functions;
using static System.Numerics.Tensors.TensorPrimitives;

namespace Hspi.Networks.Interpreter.Operators;

/// <summary>Operators that treat each element by itself. Sums, products, quotients and roots are IEEE's, so the same everywhere.</summary>
internal static class ElementwiseOperators
{
    /// <summary>Operators by ONNX name.</summary>
    public static IReadOnlyDictionary<string, Operator> All { get; } = new Dictionary<string, Operator>(StringComparer.Ordinal)
    {
        ["Add"] = new(call => Binary<Addition>(call), Rounds: true),
        ["Sub"] = new(call => Binary<Subtraction>(call), Rounds: true),
        ["Mul"] = new(call => Binary<Multiplication>(call), Rounds: true),
        ["Div"] = new(call => Binary<Division>(call), Rounds: true),
        ["Sqrt"] = new(call => Unary(call, Sqrt), Rounds: true),
        ["Exp"] = new(call => Divided(call, Functions.Exp), Rounds: true),
        ["Sigmoid"] = new(call => Divided(call, Functions.Sigmoid), Rounds: true),
        ["Tanh"] = new(call => Divided(call, Functions.Tanh), Rounds: true),
        ["Neg"] = new(call => Unary(call, Negate), Rounds: false),
        ["Abs"] = new(call => Unary(call, Abs), Rounds: false),
        ["Relu"] = new(call => Unary(call, (x, y) => Max(x, 0f, y)), Rounds: false),
        ["Clip"] = new(Clip, Rounds: false),
        ["LeakyRelu"] = new(LeakyRelu, Rounds: true),
    };

    private interface IBinary
    {
        static abstract void Of(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> result);

        static abstract void Of(ReadOnlySpan<float> left, float right, Span<float> result);

        static abstract void Of(float left, ReadOnlySpan<float> right, Span<float> result);

        static abstract long Of(long left, long right);
    }

    private static void Unary(Call call, UnaryFunction function)
    {
        var source = call.Floats(0);
        var result = call.NewLike(source);
        function(source.Span, result.Span);
        call.Return(result);
    }

    // These take two nanoseconds per element; the others are as fast as the memory.
    private static void Divided(Call call, UnaryFunction function)
    {
        const int LeastElements = 4096;
        var source = call.Floats(0);
        var result = call.NewLike(source);
        Parts.Run(call.Precision.Threads, source.Count, LeastElements, (first, end) => function(source.Span[first..end], result.Span[first..end]));
        call.Return(result);
    }

    private delegate void UnaryFunction(ReadOnlySpan<float> x, Span<float> y);

    private static void Binary<TBinary>(Call call)
        where TBinary : IBinary
    {
        if (call.Any(0) is IntegerValue)
        {
            WholeNumbers<TBinary>(call);
            return;
        }

        var (left, right) = (call.Floats(0), call.Floats(1));
        var shape = Broadcast.Shape(call, left.Shape, right.Shape);
        var result = call.NewFloats(shape);
        var axes = Broadcast.Collapse(shape, Broadcast.Strides(left.Shape, shape), Broadcast.Strides(right.Shape, shape));
        if (result.Count > 0)
        {
            Walk<TBinary>(axes.Extents, axes.Left, axes.Right, left.Span, right.Span, result.Span);
        }

        call.Return(result);
    }

    // The innermost axis is one vector loop: two arrays, or an array and one number.
    private static void Walk<TBinary>(
        ReadOnlySpan<int> extents, ReadOnlySpan<int> leftSteps, ReadOnlySpan<int> rightSteps, ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> result)
        where TBinary : IBinary
    {
        if (extents.Length == 0)
        {
            TBinary.Of(left[..1], right[0], result);
        }
        else if (extents.Length == 1 && rightSteps[0] == 0)
        {
            TBinary.Of(left[..result.Length], right[0], result);
        }
        else if (extents.Length == 1 && leftSteps[0] == 0)
        {
            TBinary.Of(left[0], right[..result.Length], result);
        }
        else if (extents.Length == 1)
        {
            TBinary.Of(left[..result.Length], right[..result.Length], result);
        }
        else
        {
            var step = result.Length / extents[0];
            for (var i = 0; i < extents[0]; i++)
            {
                Walk<TBinary>(extents[1..], leftSteps[1..], rightSteps[1..], left[(i * leftSteps[0])..], right[(i * rightSteps[0])..], result.Slice(i * step, step));
            }
        }
    }

    private static void WholeNumbers<TBinary>(Call call)
        where TBinary : IBinary
    {
        var (left, right) = (call.Integers(0), call.Integers(1));
        var shape = Broadcast.Shape(call, left.Shape, right.Shape);
        if (left.Count != 1 && right.Count != 1 && left.Count != right.Count)
        {
            throw call.Fail("combines whole numbers of different shapes, which only real numbers may do here");
        }

        var result = call.NewIntegers(shape);
        for (var i = 0; i < result.Count; i++)
        {
            result.Elements[i] = TBinary.Of(left.Elements[left.Count == 1 ? 0 : i], right.Elements[right.Count == 1 ? 0 : i]);
        }

        call.Return(result);
    }

    private static void Clip(Call call)
    {
        var low = call.Has(1) ? call.Floats(1).Span[0] : call.Attribute("min", float.NegativeInfinity);
        var high = call.Has(2) ? call.Floats(2).Span[0] : call.Attribute("max", float.PositiveInfinity);
        Unary(call, (x, y) =>
        {
            Max(x, low, y);
            Min(y, high, y);
        });
    }

    private static void LeakyRelu(Call call)
    {
        var slope = call.Attribute("alpha", 0.01f);
        Unary(call, (x, y) =>
        {
            for (var i = 0; i < x.Length; i++)
            {
                y[i] = x[i] < 0 ? x[i] * slope : x[i];
            }
        });
    }

    private readonly struct Addition : IBinary
    {
        public static void Of(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> result) => Add(left, right, result);

        public static void Of(ReadOnlySpan<float> left, float right, Span<float> result) => Add(left, right, result);

        public static void Of(float left, ReadOnlySpan<float> right, Span<float> result) => Add(right, left, result);

        public static long Of(long left, long right) => unchecked(left + right);
    }

    private readonly struct Subtraction : IBinary
    {
        public static void Of(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> result) => Subtract(left, right, result);

        public static void Of(ReadOnlySpan<float> left, float right, Span<float> result) => Subtract(left, right, result);

        public static void Of(float left, ReadOnlySpan<float> right, Span<float> result) => Subtract(left, right, result);

        public static long Of(long left, long right) => unchecked(left - right);
    }

    private readonly struct Multiplication : IBinary
    {
        public static void Of(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> result) => Multiply(left, right, result);

        public static void Of(ReadOnlySpan<float> left, float right, Span<float> result) => Multiply(left, right, result);

        public static void Of(float left, ReadOnlySpan<float> right, Span<float> result) => Multiply(right, left, result);

        public static long Of(long left, long right) => unchecked(left * right);
    }

    private readonly struct Division : IBinary
    {
        public static void Of(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> result) => Divide(left, right, result);

        public static void Of(ReadOnlySpan<float> left, float right, Span<float> result) => Divide(left, right, result);

        public static void Of(float left, ReadOnlySpan<float> right, Span<float> result) => Divide(left, right, result);

        public static long Of(long left, long right) => right == 0
            ? throw new HspiException("The graph divides a whole number by zero. Check the graph and the shapes of its inputs.")
            : right == -1 ? unchecked(-left) : left / right;
    }

    /// <summary>Functions through <see cref="ReproducibleMath"/>: computed in fp64, rounded once to fp32, the same on every host.</summary>
    private static class Functions
    {
        public static void Exp(ReadOnlySpan<float> x, Span<float> y) => Apply<Exponential>(x, y);

        public static void Sigmoid(ReadOnlySpan<float> x, Span<float> y) => Apply<Logistic>(x, y);

        public static void Tanh(ReadOnlySpan<float> x, Span<float> y) => Apply<HyperbolicTangent>(x, y);

        private interface IFunction
        {
            static abstract Vector256<double> Of(Vector256<double> x);

            static abstract Vector512<double> Of(Vector512<double> x);
        }

        private static void Apply<TFunction>(ReadOnlySpan<float> x, Span<float> y)
            where TFunction : IFunction
        {
            ref var from = ref MemoryMarshal.GetReference(x);
            ref var to = ref MemoryMarshal.GetReference(y);
            var at = 0;
            for (; Vector512.IsHardwareAccelerated && at <= x.Length - Vector512<float>.Count; at += Vector512<float>.Count)
            {
                var (low, high) = Vector512.Widen(Vector512.LoadUnsafe(ref from, (nuint)at));
                Vector512.Narrow(TFunction.Of(low), TFunction.Of(high)).StoreUnsafe(ref to, (nuint)at);
            }

            for (; at <= x.Length - Vector256<float>.Count; at += Vector256<float>.Count)
            {
                var (low, high) = Vector256.Widen(Vector256.LoadUnsafe(ref from, (nuint)at));
                Vector256.Narrow(TFunction.Of(low), TFunction.Of(high)).StoreUnsafe(ref to, (nuint)at);
            }

            for (; at < x.Length; at++)
            {
                y[at] = (float)TFunction.Of(Vector256.Create((double)x[at])).ToScalar();
            }
        }

        private readonly struct Exponential : IFunction
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public static Vector256<double> Of(Vector256<double> x) => ReproducibleMath.Exp(x);

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public static Vector512<double> Of(Vector512<double> x) => ReproducibleMath.Exp(x);
        }

        private readonly struct Logistic : IFunction
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public static Vector256<double> Of(Vector256<double> x) =>
                Vector256<double>.One / (Vector256<double>.One + ReproducibleMath.Exp(-x));

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public static Vector512<double> Of(Vector512<double> x) =>
                Vector512<double>.One / (Vector512<double>.One + ReproducibleMath.Exp(-x));
        }

        private readonly struct HyperbolicTangent : IFunction
        {
            // (e^2x − 1)/(e^2x + 1) loses its digits near 0, where tanh x = x − x³/3 + 2x⁵/15 − …
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public static Vector256<double> Of(Vector256<double> x)
            {
                var clamped = Vector256.Min(Vector256.Max(x, Vector256.Create(-40.0)), Vector256.Create(40.0));
                var power = ReproducibleMath.Exp(clamped + clamped);
                var quotient = (power - Vector256<double>.One) / (power + Vector256<double>.One);
                var square = clamped * clamped;
                var series = clamped * (Vector256<double>.One - (square * (Vector256.Create(1.0 / 3) - (square * Vector256.Create(2.0 / 15)))));
                return Vector256.ConditionalSelect(Vector256.LessThan(Vector256.Abs(clamped), Vector256.Create(0.001)), series, quotient);
            }

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public static Vector512<double> Of(Vector512<double> x)
            {
                var clamped = Vector512.Min(Vector512.Max(x, Vector512.Create(-40.0)), Vector512.Create(40.0));
                var power = ReproducibleMath.Exp(clamped + clamped);
                var quotient = (power - Vector512<double>.One) / (power + Vector512<double>.One);
                var square = clamped * clamped;
                var series = clamped * (Vector512<double>.One - (square * (Vector512.Create(1.0 / 3) - (square * Vector512.Create(2.0 / 15)))));
                return Vector512.ConditionalSelect(Vector512.LessThan(Vector512.Abs(clamped), Vector512.Create(0.001)), series, quotient);
            }
        }
    }
}
