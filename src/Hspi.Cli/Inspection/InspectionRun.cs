using Hspi.Dialects;
using Hspi.Dialects.Recordings;
using Hspi.Readers.Inspection;
using Hspi.Readers.Surface;

namespace Hspi.Cli.Inspection;

/// <summary>Inspects files and folders, one after the other; what cannot be read never stops the rest.</summary>
/// <param name="Files">One per file that was named, or that lies in a named folder and holds a response.</param>
/// <param name="Pooled">All responses together.</param>
/// <param name="Skipped">Files in named folders that hold no response.</param>
internal sealed record InspectionRun(IReadOnlyList<Inspected> Files, Inspected Pooled, int Skipped)
{
    private const int MostUnreadable = 64;

    /// <summary>Whether every named file gave at least one response and nothing in it was unreadable.</summary>
    public bool IsWhole => Pooled.UnreadableCount == 0 && Files.Count > 0 && Files.All(file => file.Responses > 0);

    /// <summary>Reads everything.</summary>
    public static InspectionRun Of(IReadOnlyList<string> paths, SurfaceReader surface, CancellationToken cancellationToken)
    {
        var pooled = new Inspector("");
        var files = new List<Inspected>();
        var skipped = 0;
        var alone = paths.Count == 1 && !Directory.Exists(paths[0]);
        foreach (var path in paths)
        {
            foreach (var (file, inFolder) in FilesOf(path))
            {
                var inspected = Read(file, surface, alone ? null : pooled, inFolder, cancellationToken);
                if (inspected is null)
                {
                    skipped++;
                }
                else
                {
                    files.Add(inspected);
                }
            }
        }

        // One file is all there is: judging its numbers a second time would only take the time again.
        return new InspectionRun(files, alone ? files[0] with { File = "" } : pooled.Result(), skipped);
    }

    private static Inspected? Read(string file, SurfaceReader surface, Inspector? pooled, bool inFolder, CancellationToken cancellationToken)
    {
        var inspector = new Inspector(file);
        var unreadable = new List<Recording.Unreadable>();
        var responses = 0L;
        try
        {
            foreach (var recording in RecordingFile.Read(file))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (recording is Recording.Response { Exchange: var exchange } && OtherInterface.Of(exchange) is { } other && !unreadable.Exists(broken => broken.What == other))
                {
                    unreadable.Add(new Recording.Unreadable(1, other));
                }

                switch (recording)
                {
                    case Recording.Response response when Observed.Of(response.Exchange, surface) is { } observed:
                        inspector.Add(observed);
                        pooled?.Add(observed);
                        responses++;
                        break;
                    case Recording.Unreadable broken when unreadable.Count < MostUnreadable:
                        unreadable.Add(broken);
                        break;
                }
            }
        }
        catch (HspiException failed)
        {
            unreadable.Add(new Recording.Unreadable(1, failed.Message)); // missing or forbidden: the others are still read
        }

        // A folder holds more than recordings; only a file with a response, or one that was named, is worth a line.
        if (inFolder && responses == 0)
        {
            return null;
        }

        foreach (var broken in unreadable)
        {
            inspector.Add(broken);
            pooled?.Add(broken with { What = $"{file}: {broken.What}" });
        }

        return inspector.Result();
    }

    private static IEnumerable<(string File, bool InFolder)> FilesOf(string path) => Directory.Exists(path)
        ? Directory.EnumerateFiles(path, "*", new EnumerationOptions { RecurseSubdirectories = true }).Order(StringComparer.Ordinal).Select(file => (file, true))
        : [(path, false)];
}
