using System.Globalization;
using System.Text.RegularExpressions;

namespace Hspi;

/// <summary>Held while an output is worked on, so that two runs never write the same one.</summary>
/// <remarks>
/// A symbolic link <c>OUTPUT.lock</c> that leads nowhere and names its owner: the system makes it for one of two at once.
/// A killed run leaves it behind; the next one sees that its process is gone, and takes it over.
/// </remarks>
public sealed partial class OutputLock : IDisposable
{
    private readonly string _path;

    private OutputLock(string path) => _path = path;

    private static string Host => Environment.MachineName;

    /// <summary>Takes the output, or says who has it. Its folder is made where it is missing.</summary>
    /// <param name="output">The file that will be written; a symbolic link means what it points to.</param>
    /// <exception cref="HspiException">Another run has it, or nothing can be written beside it.</exception>
    public static OutputLock Take(string output)
    {
        var path = Target(output) + ".lock";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (new FileInfo(path).LinkTarget is { } left && IsStale(left))
            {
                File.Delete(path);
            }

            File.CreateSymbolicLink(path, string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Host} since {Begun(Environment.ProcessId)}"));
            return new OutputLock(path);
        }
        catch (IOException) when (new FileInfo(path).LinkTarget is { } owner)
        {
            throw new HspiException($"{output}: {owner} (ticks of its machine) is writing it now. Wait for it, or choose another output. If that process is gone, delete {path}.");
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new HspiException($"{output}: cannot be written: {failed.Message} Choose another place.", failed);
        }
    }

    /// <summary>The file behind a path, wherever symbolic links lead.</summary>
    public static string Target(string path) => new FileInfo(path) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : Path.GetFullPath(path);

    /// <summary>Lets it go.</summary>
    public void Dispose() => File.Delete(_path);

    /// <summary>Whether its owner was a process of this machine and is gone, even if another one has its number now.</summary>
    private static bool IsStale(string owner) =>
        Owner().Match(owner) is { Success: true } named
        && named.Groups["host"].Value == Host
        && (!int.TryParse(named.Groups["process"].Value, CultureInfo.InvariantCulture, out var process) || Begun(process) != named.Groups["since"].Value);

    /// <summary>When a process began, in ticks of this machine; empty where there is none.</summary>
    private static string Begun(int process)
    {
        try
        {
            // Its name stands in brackets and may hold anything; the time is the twentieth word after them.
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19];
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    [GeneratedRegex(@"^process (?<process>[0-9]+) on (?<host>.*) since (?<since>[0-9]*)$")]
    private static partial Regex Owner();
}
