using Hspi.Exchanges;

namespace Hspi.Cli.Verifying;

/// <summary>Goes on with the evidence of a stopped run, if the same is asked for.</summary>
internal static class Resumption
{
    /// <summary>Settings on which the questions, or what the answers are held against, depend.</summary>
    private static readonly string[] Fixed = ["endpoint", "claim", "references", "seed"];

    /// <summary>Opens the file to write on behind what it holds.</summary>
    /// <exception cref="UsageException">It was begun with other words.</exception>
    /// <exception cref="HspiException">It is no evidence, was changed, or cannot be written.</exception>
    public static EvidenceWriter Continue(string path, IReadOnlyDictionary<string, string> settings, SecretScrubber secrets, out EvidenceLog recorded)
    {
        var writer = EvidenceWriter.Continue(path, secrets, out recorded);
        try
        {
            Check(recorded, path, settings);
            return writer;
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    /// <summary>Gives <paramref name="recorded"/> back if it can be gone on with.</summary>
    /// <exception cref="UsageException">It was begun with other words.</exception>
    public static EvidenceLog Check(EvidenceLog recorded, string path, IReadOnlyDictionary<string, string> settings)
    {
        foreach (var setting in Fixed)
        {
            if (recorded.Settings.GetValueOrDefault(setting, "") is var before && before != settings.GetValueOrDefault(setting, ""))
            {
                throw new UsageException($"{path} was begun with {setting} \"{before}\". Resume it with the same, or begin another file.");
            }
        }

        return recorded;
    }
}
