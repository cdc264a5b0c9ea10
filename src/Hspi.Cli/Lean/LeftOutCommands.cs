using System.CommandLine;
using Hspi.Cli.Lean;

namespace Hspi.Cli.Commands;

/// <summary>Stands for <c>hspi serve</c>.</summary>
internal static class ServeCommand
{
    public static Command Create() => WholeProgram.Command("serve", "a web server and the libraries of local platforms");
}

/// <summary>Stands for <c>hspi evaluate gateway</c>.</summary>
internal static class EvaluateGatewayCommand
{
    public static Command Create() => WholeProgram.Command("gateway", "a web server and the libraries of local platforms");
}

/// <summary>Stands for <c>hspi train</c>.</summary>
internal static class TrainCommand
{
    public static Command Create() => WholeProgram.Command("train", "libtorch");
}

/// <summary>Stands for <c>hspi networks</c>.</summary>
internal static class NetworksCommand
{
    public static Command Create() => WholeProgram.Command("networks", "libtorch");
}
