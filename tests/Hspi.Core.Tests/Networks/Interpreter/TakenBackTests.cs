using Hspi.Networks;
using Hspi.Networks.Building;
using Hspi.Networks.Interpreter;
using Hspi.Networks.Onnx;

namespace Hspi.Core.Tests.Networks.Interpreter;

/// <summary>Results that a caller gives back: their memory is used again, and no other result changes by it.</summary>
public sealed class TakenBackTests
{
    private const int Count = 200;

    [Fact]
    public void The_memory_of_a_result_is_used_again_and_others_stay()
    {
        using var session = Session(graph => ("y", graph.Node("Add", ["x", "x"])), graph => ("z", graph.Node("Mul", ["x", "x"])));

        var first = session.Run(Inputs(3));
        session.TakeBack(first["y"]);
        var second = session.Run(Inputs(5));

        Assert.All(Numbers(first["z"]), value => Assert.Equal(9, value));
        Assert.All(Numbers(second["y"]), value => Assert.Equal(10, value));
        Assert.All(Numbers(second["z"]), value => Assert.Equal(25, value));
        Assert.True(((Tensor.Float)first["y"]).Values.Span.Overlaps(((Tensor.Float)second["y"]).Values.Span)
            || ((Tensor.Float)first["y"]).Values.Span.Overlaps(((Tensor.Float)second["z"]).Values.Span));
    }

    [Fact]
    public void One_value_under_two_names_leaves_as_two_arrays()
    {
        using var session = Session(graph => ("y", graph.Node("Add", ["x", "x"])), graph => ("z", "Add_1"));

        var first = session.Run(Inputs(3));
        session.TakeBack(first["y"]);
        session.Run(Inputs(5));

        Assert.All(Numbers(first["z"]), value => Assert.Equal(6, value));
    }

    [Fact]
    public void Constants_and_inputs_are_never_given_away()
    {
        using var session = Session(
            graph => ("y", graph.Node("Add", [graph.Weight("w", [Count], InitialWeights.Constant(Count, 1)), graph.Scalar(1)])),
            graph => ("z", graph.Node("Mul", ["x", "Add_1"])),
            graph => ("same", "x"));
        var inputs = Inputs(3);

        for (var run = 0; run < 3; run++)
        {
            var results = session.Run(inputs);

            Assert.All(Numbers(results["y"]), value => Assert.Equal(2, value));
            Assert.All(Numbers(results["z"]), value => Assert.Equal(6, value));
            Assert.All(Numbers(inputs["x"]), value => Assert.Equal(3, value));
            foreach (var result in results.Values)
            {
                session.TakeBack(result);
            }
        }
    }

    private static float[] Numbers(Tensor tensor) => ((Tensor.Float)tensor).Values.ToArray();

    private static Dictionary<string, Tensor> Inputs(float value) => new() { ["x"] = new Tensor.Float([Count], InitialWeights.Constant(Count, value)) };

    private static GraphSession Session(params Func<GraphBuilder, (string Name, string Value)>[] results)
    {
        var graph = new GraphBuilder("g");
        graph.Input("x", OnnxElementType.Float32, Count);
        foreach (var result in results)
        {
            var (name, value) = result(graph);
            graph.Output(value, name, Count);
        }

        return new GraphSession(graph.Build(new Dictionary<string, string>()), Precision.Sequential);
    }
}
