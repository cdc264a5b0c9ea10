namespace Hspi.Cli.Progress;

/// <summary>Says each line on stderr at once, in order; the base library's own kind posts to other threads.</summary>
internal sealed class SaidProgress : IProgress<string>
{
    public void Report(string value) => Terminal.Say($"hspi: {value}");
}
