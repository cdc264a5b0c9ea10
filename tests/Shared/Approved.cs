namespace Hspi.Tests;

/// <summary>Files that hold what the program shows to people, so that a changed word is seen in a diff. <c>make approve</c> writes them anew.</summary>
internal static class Approved
{
    private static readonly bool Writes = Environment.GetEnvironmentVariable("HSPI_APPROVE") == "1";

    /// <summary>Compares a text with an approved file, or writes it there.</summary>
    /// <param name="relative">The file, below the repository.</param>
    /// <param name="text">What is shown now.</param>
    public static void Check(string relative, string text)
    {
        var path = Repository.PathOf(relative);
        if (Writes)
        {
            File.WriteAllText(path, text);
            return;
        }

        Assert.True(File.Exists(path), $"{relative} is not there. If what is shown is right, make approve writes it.");
        var (approved, shown) = (File.ReadAllLines(path), text.Split('\n'));
        for (var line = 0; line < approved.Length; line++)
        {
            Assert.True(
                line < shown.Length && approved[line] == shown[line],
                $"{relative}({line + 1}) is \"{approved[line]}\", and \"{(line < shown.Length ? shown[line] : "")}\" is shown. If that is right, make approve writes it.");
        }

        Assert.Equal(File.ReadAllText(path), text);
    }
}
