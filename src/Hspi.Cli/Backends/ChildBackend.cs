using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Hspi.Answers;
using Hspi.Backends;
using Hspi.Platforms;
using Hspi.Probes;

namespace Hspi.Cli.Backends;

/// <summary>A platform in a child process of the same program (<c>hspi worker</c>), started at the first question.</summary>
/// <remarks>
/// A question is one JSON line on its standard input, an answer one on its standard output. Cancelling kills it. What
/// would end the program here, such as an instruction that the CPU lacks, ends only the child, and is reported.
/// </remarks>
/// <param name="platform">What it runs.</param>
/// <param name="environment">Variables that it starts with.</param>
/// <param name="model">The model that it runs, as <c>--model</c> names it; empty for our own.</param>
/// <param name="command">Program and first arguments; null for this program.</param>
internal sealed class ChildBackend(Platform platform, IReadOnlyDictionary<string, string> environment, string model = "", IReadOnlyList<string>? command = null) : IBackend
{
    private const int IllegalInstruction = 128 + 4; // as shells and .NET report a process that SIGILL ended

    /// <summary>How long a child that closed its output may take to end; the thread pool of a busy machine alone can need seconds to notice.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly StringBuilder _complaints = new();
    private Process? _child;

    /// <inheritdoc/>
    public Platform Platform => platform;

    /// <inheritdoc/>
    public async ValueTask<Answer> AskAsync(Probe probe, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            if (_child is null)
            {
                _child = Start();
                if (await ReadAsync(_child, cancellationToken) is not WorkerAnswer.Ready)
                {
                    throw Ended("did not say that it is ready");
                }
            }

            var line = JsonSerializer.Serialize(WorkerQuestion.Of(probe), WorkerJson.Default.WorkerQuestion);
            await _child.StandardInput.WriteLineAsync(line.AsMemory(), cancellationToken);
            await _child.StandardInput.FlushAsync(cancellationToken);
            return await ReadAsync(_child, cancellationToken) switch
            {
                WorkerAnswer.Measured(var steps) => new Answer.Measured(probe, [.. steps.Select(step => step.ToStep())]),
                WorkerAnswer.Unsupported(var reason) => new Answer.Unsupported(probe, reason),
                var other => throw Ended($"answered {other.GetType().Name} to a question"),
            };
        }
        catch (OperationCanceledException)
        {
            await DisposeAsync();
            throw;
        }
        catch (HspiException)
        {
            await DisposeAsync(); // the next question starts anew, as if this one had not been asked
            throw;
        }
        catch (Exception broken) when (broken is EndOfStreamException or IOException)
        {
            var code = await ExitCodeAsync(_child!, cancellationToken);
            var said = Said();
            await DisposeAsync();
            return code switch
            {
                IllegalInstruction => new Answer.Unsupported(probe, "This CPU lacks an instruction that the setting asks for (SIGILL)."),
                null => throw new HspiException($"{platform}: its process closed its output, lived on for {Patience.TotalSeconds:0} s, and was ended. {said}", broken),
                _ => throw new HspiException($"{platform}: its process ended with code {code}. {said}", broken),
            };
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_child is not { } child)
        {
            return;
        }

        _child = null;
        if (!child.HasExited)
        {
            child.Kill(entireProcessTree: true);
        }

        await child.WaitForExitAsync(CancellationToken.None);
        child.Dispose();
    }

    private Process Start()
    {
        var start = new ProcessStartInfo { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        List<string> words = [.. command ?? ThisProgram(), "worker", "--platform", platform.ToString(), .. model.Length > 0 ? (string[])["--model", model] : []];
        start.FileName = words[0];
        words.Skip(1).ToList().ForEach(start.ArgumentList.Add);
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            var child = Process.Start(start) ?? throw new HspiException($"{platform}: its process did not start.");
            child.ErrorDataReceived += (_, line) =>
            {
                lock (_complaints)
                {
                    _complaints.AppendLine(line.Data);
                }
            };
            child.BeginErrorReadLine();
            return child;
        }
        catch (System.ComponentModel.Win32Exception failed)
        {
            throw new HspiException($"{platform}: {start.FileName} cannot be started: {failed.Message}", failed);
        }
    }

    // Null when it does not end.
    private static async Task<int?> ExitCodeAsync(Process child, CancellationToken cancellationToken)
    {
        try
        {
            await child.WaitForExitAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
            return child.ExitCode;
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private async Task<WorkerAnswer> ReadAsync(Process child, CancellationToken cancellationToken)
    {
        var line = await child.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new EndOfStreamException();
        try
        {
            return JsonSerializer.Deserialize(line, WorkerJson.Default.WorkerAnswer) switch
            {
                WorkerAnswer.Failed(var reason) => throw new HspiException(reason),
                { } answer => answer,
                null => throw Ended("answered null"),
            };
        }
        catch (JsonException wrong)
        {
            throw new HspiException(Ended("answered something that is no line of the protocol").Message, wrong);
        }
    }

    private HspiException Ended(string what) => new($"{platform}: its process {what}. {Said()}");

    private string Said()
    {
        lock (_complaints)
        {
            var text = _complaints.ToString().Trim();
            return text.Length == 0 ? "It said nothing." : $"It said: {text[..Math.Min(500, text.Length)]}";
        }
    }

    // Under a test runner this process is another program; then the assembly is run by the same dotnet.
    private static string[] ThisProgram()
    {
        var name = typeof(ChildBackend).Assembly.GetName().Name!;
        var path = Environment.ProcessPath ?? "dotnet";
        return Path.GetFileNameWithoutExtension(path) == name ? [path] : ["dotnet", "exec", Path.Combine(AppContext.BaseDirectory, $"{name}.dll")];
    }
}
