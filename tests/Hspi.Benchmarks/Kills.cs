using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Hspi.Probes;
using Hspi.Tests;

namespace Hspi.Benchmarks;

/// <summary>Kills commands (SIGKILL) at random moments, runs them again, and looks whether anything was lost, doubled or spent beyond its limit.</summary>
/// <remarks>The program is started as a user would start it. Moments are drawn from the whole length of an undisturbed run, and runs that end before theirs are made again.</remarks>
internal static class Kills
{
    private const ulong Seed = 1;

    /// <summary>A run that is faster than the undisturbed one ends before its moment; it is drawn again, so often at most.</summary>
    private const int MostTries = 4;

    private const int MostCalls = 20;
    private const string Time = "2026-12-01T00:00:00Z";
    private static readonly TimeSpan AnswerTakes = TimeSpan.FromMilliseconds(30);
    private static readonly string[] Platforms = ["engine=onnxruntime precision=fp32 kernels=opt-all batch=1", "engine=onnxruntime precision=fp32 kernels=no-prepacking batch=1"];

    /// <summary>Every command.</summary>
    /// <param name="program">Path of hspi.</param>
    /// <param name="folder">For outputs; made anew.</param>
    /// <param name="moments">Kills of each command.</param>
    public static async Task<int> RunAsync(string program, string folder, int moments)
    {
        var hspi = new Killed(program, folder);
        var chance = new SeededNormal(Seed);
        var wrong = 0;
        Console.WriteLine("| command | kills | ended before the kill | lost or doubled | limit broken | first fault |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var (name, play) in new (string, Func<Killed, double, Task<Outcome>>)[] { ("collect", CollectAsync), ("collect --endpoint", EnrolAsync), ("verify", VerifyAsync), ("dataset merge", MergeAsync), ("train", TrainAsync) })
        {
            List<Outcome> outcomes = [];
            for (var killed = 0; killed < moments && outcomes.Count < MostTries * moments;)
            {
                outcomes.Add(await play(hspi, chance.NextUniform()));
                killed += outcomes[^1].Ended ? 0 : 1;
                await Console.Error.WriteLineAsync($"{name}: {killed} of {moments}");
            }

            var (lost, broken) = (outcomes.Count(one => one.Lost is not null), outcomes.Count(one => one.Broken is not null));
            // Too few kills show nothing.
            wrong += lost + broken + (outcomes.Count(one => !one.Ended) < moments ? 1 : 0);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {outcomes.Count(one => !one.Ended)} | {outcomes.Count(one => one.Ended)} | {lost} | {broken} | {outcomes.Select(one => one.Lost ?? one.Broken).FirstOrDefault(fault => fault is not null)} |"));
        }

        return wrong == 0 ? 0 : 1;
    }

    /// <summary>The same dataset, byte for byte, as of a run that nobody killed, and nothing else in the folder.</summary>
    private static async Task<Outcome> CollectAsync(Killed hspi, double at)
    {
        string[] words = ["collect", "--count", "4", "--time", Time, "--platform", Platforms[0], "--platform", Platforms[1], "--output", hspi.Path("local.parquet")];
        var whole = await hspi.UndisturbedAsync("local.parquet", words);
        var ended = await hspi.KillAsync(whole.Takes * at, words);
        var again = await hspi.RunAsync(words);
        return new Outcome(ended, again.Code != 0 ? $"code {again.Code}: {again.Error}" : hspi.Differs("local.parquet", whole.Bytes), null);
    }

    /// <summary>The same, and the server was asked at most one question twice: the one whose answer was on its way.</summary>
    private static async Task<Outcome> EnrolAsync(Killed hspi, double at)
    {
        await using var server = Slow();
        string[] words = ["collect", "--endpoint", server.Url, "--model", "m", "--callers", "0", "--count", "6", "--time", Time, "--platform", "engine=x", "--output", hspi.Path("served.parquet")];
        var whole = await hspi.UndisturbedAsync("served.parquet", words);
        var before = server.Requests.Count;
        var ended = await hspi.KillAsync(whole.Takes * at, words);
        var again = await hspi.RunAsync(words);
        var asked = server.Requests.Skip(before).Where(request => request.StartsWith("POST", StringComparison.Ordinal) && request.Contains("Words:", StringComparison.Ordinal)).GroupBy(request => request[request.IndexOf("\r\n\r\n", StringComparison.Ordinal)..]).ToList();
        var repeated = asked.Sum(same => same.Count() - 2);
        return new Outcome(
            ended,
            again.Code != 0 ? $"code {again.Code}: {again.Error}" : hspi.Differs("served.parquet", whole.Bytes),
            repeated > 1 ? $"{repeated} answers were asked for again" : null);
    }

    /// <summary>The resumed run and the killed one together stay within the limit, and what was sent is recorded or named as lost.</summary>
    private static async Task<Outcome> VerifyAsync(Killed hspi, double at)
    {
        await using var server = Slow();
        var evidence = hspi.Path("run.evidence.gz");
        string[] words = ["verify", "--endpoint", server.Url, "--model", "m", "--max-calls", MostCalls.ToString(CultureInfo.InvariantCulture), "--json"];
        var whole = await hspi.UndisturbedAsync("run.evidence.gz", [.. words, "--evidence", evidence]);
        var before = server.Requests.Count;
        var ended = await hspi.KillAsync(whole.Takes * at, [.. words, "--evidence", evidence]);
        var sent = server.Requests.Count - before;
        var again = await hspi.RunAsync([.. words, File.Exists(evidence) ? "--resume" : "--evidence", evidence]);
        if (again.Code == 4 && sent == 0)
        {
            // Killed before the first line was whole: nothing was asked, and the message says that it is no evidence.
            File.Delete(evidence);
            again = await hspi.RunAsync([.. words, "--evidence", evidence]);
        }

        var all = server.Requests.Count - before;
        if (again.Code is not (0 or 1 or 3))
        {
            return new Outcome(ended, $"code {again.Code}: {again.Error}", null);
        }

        var cost = JsonDocument.Parse(again.Output).RootElement.GetProperty("cost");
        var known = cost.GetProperty("calls").GetInt32() + cost.GetProperty("unrecordedCalls").GetInt32();
        return new Outcome(ended, known < all ? $"{all} requests came, {known} are known" : null, all > MostCalls ? $"{all} requests of at most {MostCalls}" : null);
    }

    /// <summary>The output is the old one or the new one, never a part, and the new one after another run.</summary>
    private static async Task<Outcome> MergeAsync(Killed hspi, double at)
    {
        string[] collect = ["collect", "--count", "2", "--time", Time, "--output"];
        if (!File.Exists(hspi.Path("kept/a.parquet")))
        {
            await hspi.RunAsync([.. collect, hspi.Path("kept/a.parquet"), "--platform", Platforms[0]]);
            await hspi.RunAsync([.. collect, hspi.Path("kept/b.parquet"), "--platform", Platforms[1]]);
        }

        string[] words = ["dataset", "merge", hspi.Path("kept/a.parquet"), hspi.Path("kept/b.parquet"), "--output", hspi.Path("joined.parquet")];
        var whole = await hspi.UndisturbedAsync("joined.parquet", words);
        var old = await File.ReadAllBytesAsync(hspi.Path("kept/a.parquet"));
        await File.WriteAllBytesAsync(hspi.Path("joined.parquet"), old);
        var ended = await hspi.KillAsync(whole.Takes * at, words);
        var between = await File.ReadAllBytesAsync(hspi.Path("joined.parquet"));
        var again = await hspi.RunAsync(words);
        return new Outcome(
            ended,
            !between.AsSpan().SequenceEqual(old) && !between.AsSpan().SequenceEqual(whole.Bytes) ? "the output was neither old nor new" : again.Code != 0 ? $"code {again.Code}: {again.Error}" : hspi.Differs("joined.parquet", whole.Bytes),
            null);
    }

    /// <summary>The older model can be read all the time, and the new one is there after another run.</summary>
    private static async Task<Outcome> TrainAsync(Killed hspi, double at)
    {
        var data = hspi.Path("kept/train.parquet");
        if (!File.Exists(data))
        {
            await hspi.RunAsync("collect", "--count", "12", "--time", Time, "--platform", Platforms[0], "--platform", "engine=onnxruntime precision=fp16 kernels=opt-all batch=1", "--output", data);
        }

        string[] Words(string seed) => ["train", data, "--aspect", "precision", "--trainer", "ml.net", "--seed", seed, "--output", hspi.Path("models")];
        const string Model = "models/precision-gaps-ml.net/model.json";
        var whole = await hspi.UndisturbedAsync(Model, Words("1"));
        hspi.Clear();
        await hspi.RunAsync(Words("2"));
        var ended = await hspi.KillAsync(whole.Takes * at, Words("1"));
        var readable = await hspi.RunAsync("verify", "--endpoint", "http://127.0.0.1:1", "--classifier", hspi.Path("models/precision-gaps-ml.net"), "--dry-run");
        var again = await hspi.RunAsync(Words("1"));
        return new Outcome(ended, readable.Code != 0 ? $"the older model cannot be read: {readable.Error}" : again.Code != 0 ? $"code {again.Code}: {again.Error}" : hspi.Differs(Model, whole.Bytes), null);
    }

    /// <summary>Good answers, each after a while.</summary>
    private static ScriptedServer Slow()
    {
        var good = HostileServer.Cases["good"]();
        return ScriptedServer.Answering(async request =>
        {
            await Task.Delay(AnswerTakes);
            return good(request);
        });
    }

    /// <param name="Ended">Whether the run had ended before it could be killed.</param>
    /// <param name="Lost">What was lost or doubled; null for nothing.</param>
    /// <param name="Broken">Which limit was broken; null for none.</param>
    private sealed record Outcome(bool Ended, string? Lost, string? Broken);

    /// <summary>Runs the program to its end, or to a moment.</summary>
    private sealed class Killed
    {
        private readonly string _program;
        private readonly string _folder;
        private readonly Dictionary<string, (byte[] Bytes, TimeSpan Takes)> _undisturbed = [];

        public Killed(string program, string folder)
        {
            (_program, _folder) = (program, folder);
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }

            Directory.CreateDirectory(folder);
        }

        public string Path(string name) => System.IO.Path.Combine(_folder, name);

        /// <summary>Deletes all outputs, and keeps what is below kept/.</summary>
        public void Clear()
        {
            foreach (var entry in Directory.EnumerateFileSystemEntries(_folder).Where(entry => System.IO.Path.GetFileName(entry) != "kept"))
            {
                if (Directory.Exists(entry) && new FileInfo(entry).LinkTarget is null)
                {
                    Directory.Delete(entry, recursive: true);
                }
                else
                {
                    File.Delete(entry);
                }
            }
        }

        /// <summary>The output of a run that nobody kills, and how long it takes; the folder is empty then.</summary>
        public async Task<(byte[] Bytes, TimeSpan Takes)> UndisturbedAsync(string output, string[] words)
        {
            Clear();
            if (!_undisturbed.TryGetValue(output, out var known))
            {
                // The first one warms the disk; the second one's time counts.
                await RunAsync(words);
                Clear();
                var begun = Stopwatch.GetTimestamp();
                var ended = await RunAsync(words);
                known = File.Exists(Path(output)) ? (await File.ReadAllBytesAsync(Path(output)), Stopwatch.GetElapsedTime(begun)) : throw new InvalidOperationException($"{string.Join(' ', words)}: code {ended.Code}: {ended.Error}");
                _undisturbed[output] = known;
                Clear();
            }

            return known;
        }

        /// <returns>Whether it had ended by itself.</returns>
        public async Task<bool> KillAsync(TimeSpan after, string[] words)
        {
            using var process = Start(words);
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await Task.WhenAny(Task.Delay(after), process.WaitForExitAsync());
            var ended = process.HasExited;
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            await Task.WhenAll(output, error);
            return ended;
        }

        public async Task<(int Code, string Output, string Error)> RunAsync(params string[] words)
        {
            using var process = Start(words);
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            return (process.ExitCode, await output, (await error).Trim().ReplaceLineEndings(" "));
        }

        /// <summary>What is wrong with an output, or lies beside it; null for nothing.</summary>
        public string? Differs(string output, byte[] bytes) =>
            !File.Exists(Path(output)) ? $"{output} is missing"
            : !File.ReadAllBytes(Path(output)).AsSpan().SequenceEqual(bytes) ? $"{output} has other bytes"
            : Directory.EnumerateFileSystemEntries(_folder, "*", SearchOption.AllDirectories).FirstOrDefault(entry => entry.EndsWith(".lock", StringComparison.Ordinal) || entry.EndsWith(".draft", StringComparison.Ordinal) || entry.EndsWith(".new", StringComparison.Ordinal) || entry.EndsWith(".parts", StringComparison.Ordinal)) is { } left ? $"{System.IO.Path.GetFileName(left)} was left behind"
            : null;

        private Process Start(string[] words)
        {
            var process = Process.Start(new ProcessStartInfo(_program, words) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.StandardInput.Close();
            return process;
        }
    }
}
