using Hspi.Exchanges;

namespace Hspi.Interviews;

/// <summary>Whether the evidence of a stopped run can be gone on with: only if the same is asked for.</summary>
internal static class Resumption
{
    /// <summary>Settings on which the questions, or what the answers are held against, depend.</summary>
    private static readonly string[] Fixed = ["endpoint", "claim", "references", "seed"];

    /// <exception cref="UsageException">It was begun with other words.</exception>
    public static void Check(EvidenceLog recorded, string path, InterviewSettings settings)
    {
        var words = settings.ToText();
        foreach (var setting in Fixed)
        {
            if (recorded.Settings.GetValueOrDefault(setting, "") is var before && before != words.GetValueOrDefault(setting, ""))
            {
                throw new UsageException($"{path} was begun with {setting} \"{before}\". Resume it with the same, or begin another file.");
            }
        }
    }
}
