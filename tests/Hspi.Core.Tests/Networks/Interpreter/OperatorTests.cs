using Hspi.Networks;
using Hspi.Networks.Building;
using Hspi.Networks.Interpreter;
using Hspi.Networks.Onnx;
using static Hspi.Networks.Onnx.OnnxAttribute;

namespace Hspi.Core.Tests.Networks.Interpreter;

/// <summary>Each operator on a graph of one node; expected values are worked out by hand from the ONNX operator reference.</summary>
public sealed class OperatorTests
{
    private static readonly float[] OneToSix = [1, 2, 3, 4, 5, 6];

    [Fact]
    public void A_product_of_matrices_with_weights_equals_that_of_two_inputs()
    {
        float[] right = [1, 0, -1, 2, 1, 0.5f];

        var weighted = Run(graph => graph.Node("MatMul", ["x", graph.Weight("w", [3, 2], right)]), [2, 3], OneToSix);
        var both = Run(graph => graph.Node("MatMul", ["x", graph.Input("y", OnnxElementType.Float32, 3, 2)]), [2, 3], OneToSix, ("y", [3, 2], right));

        // [1 2 3; 4 5 6] · [1 0; -1 2; 1 0.5]
        Assert.Equal([2, 5.5f, 5, 13], weighted.Values);
        Assert.Equal(weighted.Values, both.Values);
        Assert.Equal([2, 2], weighted.Shape);
    }

    [Fact]
    public void A_batched_product_repeats_what_has_extent_one()
    {
        // Two groups share one key matrix: [1,2,1,2] x [1,1,2,2]
        var result = Run(
            graph => graph.Node("MatMul", ["x", graph.Input("y", OnnxElementType.Float32, 1, 1, 2, 2)]),
            [1, 2, 1, 2],
            [1, 2, 3, 4],
            ("y", [1, 1, 2, 2], [1, 10, 100, 1000]));

        Assert.Equal([1, 2, 1, 2], result.Shape);
        Assert.Equal([201, 2010, 403, 4030], result.Values);
    }

    [Fact]
    public void Gemm_transposes_scales_and_adds_its_bias()
    {
        var result = Run(
            graph => graph.Node(
                "Gemm",
                ["x", graph.Weight("w", [2, 3], [1, 1, 1, 0, 1, 0]), graph.Weight("b", [2], [10, 20])],
                ("transB", new Integer(1)),
                ("alpha", new Real(2)),
                ("beta", new Real(0.5f))),
            [2, 3],
            OneToSix);

        // 2·[6 2; 15 5] + [5 10]
        Assert.Equal([17, 14, 35, 20], result.Values);
    }

    [Fact]
    public void A_convolution_slides_with_padding_steps_and_bias()
    {
        var result = Run(
            graph => graph.Node(
                "Conv",
                ["x", graph.Weight("w", [1, 1, 3, 3], [0, 0, 0, 0, 1, 2, 0, 0, 0]), graph.Weight("b", [1], [0.5f])],
                ("kernel_shape", new Integers([3, 3])),
                ("pads", new Integers([1, 1, 1, 1])),
                ("strides", new Integers([1, 2]))),
            [1, 1, 2, 3],
            OneToSix);

        // x + 2·right neighbour at columns 0 and 2: 1+4, 3+0; 4+10, 6+0
        Assert.Equal([1, 1, 2, 2], result.Shape);
        Assert.Equal([5.5f, 3.5f, 14.5f, 6.5f], result.Values);
    }

    [Fact]
    public void A_grouped_convolution_keeps_its_groups_apart()
    {
        var result = Run(
            graph => graph.Node("Conv", ["x", graph.Weight("w", [2, 1, 1, 1], [10, 100])], ("group", new Integer(2))), [1, 2, 1, 3], OneToSix);

        Assert.Equal([10, 20, 30, 400, 500, 600], result.Values);
    }

    [Fact]
    public void Convolution_weights_that_are_computed_work_too()
    {
        var result = Run(
            graph => graph.Node("Conv", ["x", graph.Node("Add", [graph.Input("w", OnnxElementType.Float32, 1, 2, 1, 1), graph.Scalar(1)])]),
            [1, 2, 1, 3],
            OneToSix,
            ("w", [1, 2, 1, 1], [0, 1]));

        Assert.Equal([9, 12, 15], result.Values);
    }

    [Fact]
    public void Pools_leave_padding_out()
    {
        var greatest = Run(graph => graph.Node("MaxPool", ["x"], ("kernel_shape", new Integers([2, 2])), ("pads", new Integers([0, 0, 0, 1]))), [1, 1, 2, 3], OneToSix);
        var mean = Run(graph => graph.Node("AveragePool", ["x"], ("kernel_shape", new Integers([2, 2])), ("pads", new Integers([0, 0, 0, 1]))), [1, 1, 2, 3], OneToSix);
        var all = Run(graph => graph.Node("GlobalAveragePool", ["x"]), [1, 2, 1, 3], OneToSix);

        Assert.Equal([5, 6, 6], greatest.Values);
        Assert.Equal([3, 4, 4.5f], mean.Values);
        Assert.Equal([2, 5], all.Values);
        Assert.Equal([1, 2, 1, 1], all.Shape);
    }

    [Fact]
    public void A_pool_that_rounds_up_ends_with_a_smaller_window()
    {
        var result = Run(
            graph => graph.Node("MaxPool", ["x"], ("kernel_shape", new Integers([1, 2])), ("strides", new Integers([1, 2])), ("ceil_mode", new Integer(1))),
            [1, 1, 2, 3],
            OneToSix);

        Assert.Equal([2, 3, 5, 6], result.Values);
    }

    [Fact]
    public void Shapes_line_up_from_the_back()
    {
        var row = Run(graph => graph.Node("Sub", ["x", graph.Weight("r", [3], [1, 2, 3])]), [2, 3], OneToSix);
        var column = Run(graph => graph.Node("Div", [graph.Weight("c", [2, 1], [6, 12]), "x"]), [2, 3], [1, 2, 3, 4, 6, 12]);

        Assert.Equal([0, 0, 0, 3, 3, 3], row.Values);
        Assert.Equal([6, 3, 2, 3, 2, 1], column.Values);
    }

    [Fact]
    public void Softmax_of_equal_numbers_shares_equally_and_hides_what_is_far_below()
    {
        var result = Run(graph => graph.Node("Softmax", ["x"], ("axis", new Integer(-1))), [2, 3], [7, 7, -1e4f, 0, 0, 0]);

        Assert.Equal([0.5f, 0.5f, 0, 1 / 3f, 1 / 3f, 1 / 3f], result.Values);
    }

    [Fact]
    public void Softmax_runs_along_the_axis_that_is_named()
    {
        var result = Run(graph => graph.Node("Softmax", ["x"], ("axis", new Integer(0))), [2, 3], [1, 2, -1e5f, 1, 2, 0]);

        Assert.Equal([0.5f, 0.5f, 0, 0.5f, 0.5f, 1], result.Values);
    }

    [Fact]
    public void Means_are_taken_over_the_named_axes()
    {
        var last = Run(graph => graph.Node("ReduceMean", ["x"], ("axes", new Integers([-1])), ("keepdims", new Integer(1))), [2, 3], OneToSix);
        var first = Run(graph => graph.Node("ReduceMean", ["x"], ("axes", new Integers([0])), ("keepdims", new Integer(0))), [2, 3], OneToSix);

        Assert.Equal([2, 5], last.Values);
        Assert.Equal([2, 1], last.Shape);
        Assert.Equal([2.5f, 3.5f, 4.5f], first.Values);
    }

    [Fact]
    public void Elements_move_as_they_are_told()
    {
        Assert.Equal([1, 4, 2, 5, 3, 6], Run(graph => graph.Node("Transpose", ["x"]), [2, 3], OneToSix).Values);
        Assert.Equal([2, 3, 5, 6], Run(graph => graph.Node("Slice", ["x", graph.Integers(1), graph.Integers(99), graph.Integers(-1)]), [2, 3], OneToSix).Values);
        Assert.Equal([3, 6], Run(graph => graph.Nodes("Split", 2, ["x"], ("axis", new Integer(1)))[1], [2, 3], OneToSix).Values);
        Assert.Equal([1, 2, 3, 1, 2, 3], Run(graph => graph.Node("Expand", ["x", graph.Integers(2, 1)]), [3], [1, 2, 3]).Values);
        Assert.Equal([1, 2, 1, 2, 3, 4, 3, 4], Run(graph => graph.Node("Concat", ["x", "x"], ("axis", new Integer(1))), [2, 2], [1, 2, 3, 4]).Values);
        Assert.Equal([5, 6, 3, 4], Run(graph => graph.Node("Gather", ["x", graph.Integers(-1, 1)]), [3, 2], OneToSix).Values);
        Assert.Equal([3, 1, 2], Run(graph => graph.Node("Reshape", ["x", graph.Integers(-1, 1, 2)]), [2, 3], OneToSix).Shape);
        Assert.Equal([2, 1, 3, 1], Run(graph => graph.Node("Unsqueeze", ["x", graph.Integers(1, -1)]), [2, 3], OneToSix).Shape);
    }

    [Fact]
    public void Functions_give_the_nearest_number_of_single_precision()
    {
        var sigmoid = Run(graph => graph.Node("Sigmoid", ["x"]), [3], [0, 100, -2]);
        var tanh = Run(graph => graph.Node("Tanh", ["x"]), [3], [0, 1e-4f, 1]);

        Assert.Equal([0.5f, 1, 0.11920292f], sigmoid.Values);
        Assert.Equal([0, 1e-4f, 0.76159416f], tanh.Values);
    }

    [Fact]
    public void Each_operator_rounds_to_the_elements_and_the_results_to_their_own()
    {
        // 1 + 2^-9 is no bfloat16; squared in the accumulator it is 1 + 2^-8 + 2^-18.
        var precision = new Precision { Products = new SequentialArithmetic(), Elements = ElementFormat.BFloat16 };
        var graph = new GraphBuilder("g");
        var x = graph.Input("x", OnnxElementType.Float32, 1, 2);
        graph.Output(graph.Node("MatMul", [x, graph.Weight("w", [2, 1], [1, 0.001953125f])]), "y", 1, 1);
        graph.Output(graph.Node("Add", [x, graph.Scalar(0.001953125f)]), "z", 1, 2);
        using var session = new GraphSession(graph.Build(new Dictionary<string, string>()), precision);

        var outputs = session.Run(new Dictionary<string, Tensor> { ["x"] = new Tensor.Float([1, 2], new float[] { 1, 1 }) });

        Assert.Equal([1.001953125f], ((Tensor.Float)outputs["y"]).Values.ToArray());
        Assert.Equal([1, 1], ((Tensor.Float)outputs["z"]).Values.ToArray());
    }

    [Theory]
    [InlineData("Softmax")]
    [InlineData("Sigmoid")]
    [InlineData("Tanh")]
    public void Threads_change_no_bit(string node)
    {
        // 97 rows of 331: neither divides into parts, registers or groups of rows.
        float[] values = [.. Enumerable.Range(0, 97 * 331).Select(i => MathF.ScaleB((i * 7919 % 2003) - 1000, -7))];
        float[][] results = [.. ((int[])[1, 3]).Select(threads =>
        {
            var graph = new GraphBuilder("g");
            graph.Input("x", OnnxElementType.Float32, 97, 331);
            graph.Output(graph.Node(node, ["x"]), "result");
            using var session = new GraphSession(graph.Build(new Dictionary<string, string>()), Precision.Sequential with { Threads = threads });
            return ((Tensor.Float)session.Run(new Dictionary<string, Tensor> { ["x"] = new Tensor.Float([97, 331], values) })["result"]).Values.ToArray();
        })];

        Assert.Equal(results[0], results[1]);
    }

    [Fact]
    public void What_cannot_be_computed_is_told_with_the_node()
    {
        var error = Assert.Throws<HspiException>(() => Run(graph => graph.Node("MatMul", ["x", graph.Weight("w", [2, 2], [1, 2, 3, 4])]), [2, 3], OneToSix));
        var unknown = Assert.Throws<HspiException>(() => Run(graph => graph.Node("Elu", ["x"]), [2, 3], OneToSix));
        var shape = Assert.Throws<ArgumentException>(() => Run(graph => graph.Node("Relu", ["x"]), [2, 3], [1]));
        var huge = Assert.Throws<HspiException>(() => Run(graph => graph.Node("Expand", ["x", graph.Integers(1 << 20, 1 << 20, 1)]), [1], [1]));

        Assert.Contains("MatMul_1", error.Message, StringComparison.Ordinal);
        Assert.Contains("rows of 3 by columns of 2", error.Message, StringComparison.Ordinal);
        Assert.Contains("Elu", unknown.Message, StringComparison.Ordinal);
        Assert.Contains("\"x\"", shape.Message, StringComparison.Ordinal);
        Assert.Contains("limit of 268435456", huge.Message, StringComparison.Ordinal);
    }

    private static (IReadOnlyList<int> Shape, float[] Values) Run(Func<GraphBuilder, string> build, int[] shape, float[] values, params (string Name, int[] Shape, float[] Values)[] more)
    {
        var graph = new GraphBuilder("g");
        graph.Input("x", OnnxElementType.Float32, [.. shape.Select(extent => (object)extent)]);
        graph.Output(build(graph), "result");
        using var session = new GraphSession(graph.Build(new Dictionary<string, string>()), Precision.Sequential);
        var inputs = more.ToDictionary(input => input.Name, Tensor (input) => new Tensor.Float(input.Shape, input.Values));
        inputs["x"] = new Tensor.Float(shape, values);
        var result = (Tensor.Float)session.Run(inputs)["result"];
        return (result.Shape, result.Values.ToArray());
    }
}
