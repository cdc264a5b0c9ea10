using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Hspi.Benchmarks;

/// <summary>The most memory that `hspi inspect` ever holds, for files of growing size: the program is started as a user would start it.</summary>
/// <remarks>Linux only: the peak is VmHWM of the child, looked at until it ends.</remarks>
internal static partial class InspectMemory
{
    private const ulong Seed = 1;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>Forms and sizes; each is written, inspected and deleted.</summary>
    /// <param name="program">Path of hspi.</param>
    /// <param name="folder">For the files; as much room as the largest.</param>
    /// <param name="largest">Size of the largest file of lines, such as <c>10GB</c>.</param>
    public static int Run(string program, string folder, string largest)
    {
        Directory.CreateDirectory(folder);
        var most = Size(largest);
        Console.WriteLine("| form | file | answers | peak memory | seconds | exit | result |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        var wrong = 0;
        (string Form, string Size)[] rows =
        [
            ("lines", "1MB"), ("lines", "100MB"), ("lines", "1GB"), ("lines", largest),
            ("sse", "100MB"), ("sse", "1GB"), ("array", "10MB"), ("array", "60MB"), ("array", "1GB"), ("har", "60MB"), ("har", "1GB"),
        ];
        foreach (var (form, size) in rows.Distinct().Where(row => Size(row.Size) <= most))
        {
            wrong += Row(program, Path.Combine(folder, $"{form}-{size}"), form, size) ? 0 : 1;
        }

        return wrong;
    }

    private static bool Row(string program, string path, string form, string size)
    {
        try
        {
            var answers = RecordedFile.Write(path, form, Size(size), Seed);
            var start = new ProcessStartInfo(program, ["inspect", path, "--json"]) { RedirectStandardOutput = true, RedirectStandardError = true };
            var began = Stopwatch.GetTimestamp();
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            var peak = Peak(process);
            var report = JsonDocument.Parse(output.Result).RootElement.GetProperty("pooled");
            var read = report.GetProperty("responses").GetInt64();
            var head = report.GetProperty("head").GetProperty("name").GetString();
            // What is too large for its form must be refused whole; everything else must be read whole.
            var right = process.ExitCode == 0 ? read == answers && head == "bf16" : process.ExitCode == 4 && read == 0 && error.Result.Length > 0;
            var result = process.ExitCode == 0 ? $"{read} read, head {head}" : error.Result.Trim().Replace(path, "FILE", StringComparison.Ordinal);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {form} | {size} | {answers} | {peak / 1024} MiB | {Stopwatch.GetElapsedTime(began).TotalSeconds:F0} | {process.ExitCode} | {(right ? "" : "WRONG: ")}{result} |"));
            return right;
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>KiB.</summary>
    private static long Peak(Process process)
    {
        var peak = 0L;
        while (!process.WaitForExit(Look))
        {
            try
            {
                var status = File.ReadAllText($"/proc/{process.Id}/status");
                peak = HighWater().Match(status) is { Success: true } found ? Math.Max(peak, long.Parse(found.Groups["kib"].ValueSpan, CultureInfo.InvariantCulture)) : peak;
            }
            catch (IOException)
            {
                // It ended between two looks.
            }
        }

        return peak;
    }

    private static long Size(string text) => text switch
    {
        [.. var number, 'M', 'B'] => long.Parse(number, CultureInfo.InvariantCulture) * 1_000_000,
        [.. var number, 'G', 'B'] => long.Parse(number, CultureInfo.InvariantCulture) * 1_000_000_000,
        _ => throw new ArgumentException($"{text} is no size. Write 100MB or 10GB."),
    };

    [GeneratedRegex(@"VmHWM:\s+(?<kib>[0-9]+) kB")]
    private static partial Regex HighWater();
}
