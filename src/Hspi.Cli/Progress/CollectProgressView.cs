using Hspi.Collection;
using Spectre.Console;

namespace Hspi.Cli.Progress;

/// <summary>Shows a collection on standard error: bars on a terminal, a line per platform elsewhere.</summary>
internal static class CollectProgressView
{
    public static async Task<CollectOutcome> RunAsync(IReadOnlyList<CollectTarget> targets, Func<IProgress<CollectProgress>, Task<CollectOutcome>> run)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Terminal.Bars) });
        if (Terminal.IsErrorRedirected || !console.Profile.Capabilities.Interactive)
        {
            return await run(new Lines(targets.Count));
        }

        return await console.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var whole = context.AddTask($"{targets.Count} platforms", maxValue: targets.Count);
                return await run(new Bars(context, whole));
            });
    }

    /// <summary>One bar for all, and one for the platform whose turn it is.</summary>
    private sealed class Bars(ProgressContext context, ProgressTask whole) : IProgress<CollectProgress>
    {
        private ProgressTask? _current;
        private Hspi.Platforms.Platform? _platform;
        private Hspi.Platforms.Platform? _done;

        public void Report(CollectProgress value)
        {
            if (value.Platform != _platform)
            {
                _current?.StopTask();
                _platform = value.Platform;
                _current = context.AddTask(Markup.Escape(VisibleText.Line(value.Platform.ToString())), maxValue: value.Wanted);
            }

            _current!.Value = value.Answered;
            if (_done != value.Platform && (value.Answered == value.Wanted || value.Failure is not null))
            {
                _done = value.Platform;
                whole.Increment(1);
            }
        }
    }

    /// <summary>For logs: one line when all that was wanted of a platform is there, and another where more is wanted then; or when it has failed.</summary>
    private sealed class Lines(int platforms) : IProgress<CollectProgress>
    {
        private Hspi.Platforms.Platform? _platform;
        private int _begun;

        public void Report(CollectProgress value)
        {
            if (value.Answered == value.Wanted || value.Failure is not null)
            {
                _begun += value.Platform == _platform ? 0 : 1;
                _platform = value.Platform;
                Terminal.Say($"[{_begun}/{platforms}] {value.Platform}: {(value.Failure is null ? $"{value.Answered} answers" : $"failed after {value.Answered} of {value.Wanted}: {value.Failure}")}");
            }
        }
    }
}
