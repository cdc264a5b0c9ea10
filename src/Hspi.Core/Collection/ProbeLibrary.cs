using Hspi.Networks;
using Hspi.Networks.Text;
using Hspi.Probes;

namespace Hspi.Collection;

/// <summary>The probe sets of a folder, and the words they draw from.</summary>
/// <param name="folder">Holds <c>words.txt</c> and one JSON file per set.</param>
public sealed class ProbeLibrary(string folder)
{
    private readonly Lazy<IReadOnlyList<string>> _words = new(() =>
    {
        var file = Path.Combine(folder, "words.txt");
        return WordList.Parse(Read(file), file).Content;
    });

    /// <summary>The folder.</summary>
    public string Folder => folder;

    /// <summary>The library beside the program.</summary>
    public static ProbeLibrary Default() => new(Path.Combine(NetworkLibrary.DefaultFolder, "probes"));

    /// <summary>Every set, by name.</summary>
    /// <exception cref="HspiException">The folder or a file cannot be read, or two files share an id.</exception>
    public IReadOnlyList<ProbeDefinition> List()
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal).Select(Load)];
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new HspiException($"{folder}: the probe sets cannot be read: {failed.Message} Build with `make build`, or set HSPI_DATA.", failed);
        }
    }

    /// <summary>The set called <paramref name="name"/>.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public ProbeDefinition Find(string name)
    {
        var all = List();
        return all.FirstOrDefault(definition => definition.Id == name)
            ?? throw new UsageException($"Unknown probe set \"{name}\". Known: {string.Join(", ", all.Select(definition => definition.Id))}.");
    }

    /// <summary>Makes the probes of the set called <paramref name="name"/>.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="seed">Null takes the definition's own.</param>
    /// <param name="count">Null takes the definition's own.</param>
    /// <exception cref="UsageException">There is no such set, or the count is out of range.</exception>
    public ProbeSet Make(string name, ulong? seed = null, int? count = null) => ProbeRecipe.Make(Find(name), _words.Value, seed, count);

    private static ProbeDefinition Load(string file)
    {
        var definition = ProbeDefinition.Parse(Read(file), file);
        return definition.Id == Path.GetFileNameWithoutExtension(file)
            ? definition
            : throw new HspiException($"{file}: its id is \"{definition.Id}\". File and id must agree, so that no id stands twice.");
    }

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new HspiException($"{file}: cannot be read: {failed.Message} Build with `make build`, or set HSPI_DATA.", failed);
        }
    }
}
