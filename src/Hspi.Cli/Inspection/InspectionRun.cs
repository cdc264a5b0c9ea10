using Hspi.Dialects.Recordings;
using Hspi.Readers.Inspection;
using Hspi.Readers.Surface;

namespace Hspi.Cli.Inspection;

/// <summary>Inspects files and folders, one after the other; what cannot be read never stops the rest.</summary>
/// <param name="Files">One per file that was named, or that lies in a named folder and holds a response.</param>
/// <param name="Pooled">All responses together.</param>
/// <param name="Skipped">Files in named folders that hold no response.</param>
internal sealed record InspectionRun(IReadOnlyList<Inspected> Files, Inspected Pooled, IReadOnlyList<SkippedFile> Skipped)
{
    /// <summary>Whether every named file gave at least one response and nothing anywhere was unreadable.</summary>
    public bool IsWhole => Pooled.UnreadableCount == 0 && Files.Count > 0 && Files.All(file => file.Responses > 0);

    /// <summary>Reads everything.</summary>
    public static InspectionRun Of(IReadOnlyList<string> paths, SurfaceReader surface, CancellationToken cancellationToken)
    {
        var pooled = new Inspector("");
        var files = new List<Inspected>();
        var skipped = new List<SkippedFile>();
        var alone = paths.Count == 1 && !Directory.Exists(paths[0]);
        foreach (var path in paths)
        {
            foreach (var (file, inFolder) in FilesOf(path))
            {
                var inspected = Read(file, surface, alone ? null : pooled, cancellationToken);
                AddReasons(pooled, inspected);
                if (inFolder && inspected.Responses == 0)
                {
                    // A folder holds more than recordings: a file without a response is worth a name, and no section.
                    skipped.Add(new SkippedFile(file, inspected.Unreadable.Concat(inspected.Others).First().ToString()));
                    continue;
                }

                files.Add(inspected);
                foreach (var other in SaysNothing(inspected) ? inspected.Others : [])
                {
                    pooled.Add(new Recording.Unreadable(InFile(file, other), other.What), other.Count);
                }
            }
        }

        // One file is all there is: judging its numbers a second time would only take the time again.
        var all = pooled.Result();
        return new InspectionRun(files, alone ? files[0] with { File = "", Unreadable = all.Unreadable, UnreadableCount = all.UnreadableCount } : all, skipped);
    }

    private static Inspected Read(string file, SurfaceReader surface, Inspector? pooled, CancellationToken cancellationToken)
    {
        var inspector = new Inspector(file);
        try
        {
            foreach (var recording in RecordingFile.Read(file))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var told = recording;
                if (recording is Recording.Response response)
                {
                    var observed = Observed.Of(response.Exchange, surface);
                    if (observed is not null)
                    {
                        inspector.Add(observed, response.Where);
                        pooled?.Add(observed);
                    }

                    told = NoAnswer.Of(response, observed?.Answer);
                }

                switch (told)
                {
                    case Recording.Unreadable broken:
                        inspector.Add(broken);
                        break;
                    case Recording.Other other:
                        inspector.Add(other);
                        break;
                }
            }
        }
        catch (HspiException failed)
        {
            inspector.Add(new Recording.Unreadable("", failed.Message)); // missing or forbidden: the others are still read
        }

        return inspector.Result();
    }

    /// <summary>Whether a file that was named holds no answer and nothing else that a reader knows; then the reasons are failures.</summary>
    private static bool SaysNothing(Inspected inspected) =>
        inspected.Findings.Surface.Engine == SurfaceReader.Unknown && inspected.Dialects.All(dialect => dialect.Key == SurfaceReader.Unknown);

    private static void AddReasons(Inspector pooled, Inspected inspected)
    {
        foreach (var broken in inspected.Unreadable)
        {
            pooled.Add(new Recording.Unreadable(InFile(inspected.File, broken), broken.What), broken.Count);
        }

        foreach (var other in inspected.Others)
        {
            pooled.Add(new Recording.Other(InFile(inspected.File, other), other.What), other.Count);
        }
    }

    private static string InFile(string file, Reason reason) => reason.Where.Length > 0 ? $"{file}, {reason.Where}" : file;

    private static IEnumerable<(string File, bool InFolder)> FilesOf(string path) => Directory.Exists(path)
        ? Directory.EnumerateFiles(path, "*", new EnumerationOptions { RecurseSubdirectories = true }).Order(StringComparer.Ordinal).Select(file => (file, true))
        : [(path, false)];
}

/// <summary>A file of a folder in which no response was found.</summary>
/// <param name="File">Its path.</param>
/// <param name="Why">The first reason.</param>
internal sealed record SkippedFile(string File, string Why);
