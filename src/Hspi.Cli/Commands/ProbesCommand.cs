using System.CommandLine;
using Hspi.Collection;
using Hspi.Probes;

namespace Hspi.Cli.Commands;

/// <summary><c>hspi probes list|show|generate</c>: what can be asked.</summary>
internal static class ProbesCommand
{
    public static Command Create() => new("probes", "What can be asked: the probe sets, and the probes they make.")
    {
        List(),
        Make("show", "Print one set: why it is asked, and its probes.", shortened: true),
        Make("generate", "Make the probes of a set, every one whole, one JSON object per line.", shortened: false),
    };

    private static Command List()
    {
        var json = JsonLine.Option();
        var command = new Command("list", "The probe sets.") { json };
        command.SetAction((parsed, _) =>
        {
            var sets = ProbeLibrary.Default().List();
            if (parsed.GetValue(json))
            {
                JsonLine.Write(sets.Select(set => new { set.Id, set.Version, set.Recipe, set.Seed, set.Count, set.Why, set.Source }));
                return Task.FromResult(ExitCode.Good);
            }

            foreach (var set in sets)
            {
                Terminal.Print($"{set.Id,-20} v{set.Version}  {set.Count,4} x {set.Recipe,-8} {set.Why}");
            }

            return Task.FromResult(ExitCode.Good);
        });
        return command;
    }

    private static Command Make(string name, string description, bool shortened)
    {
        var set = new Argument<string>("set") { Description = "Name of the set, as `hspi probes list` prints it." };
        var seed = SeedOption();
        var count = CountOption();
        var json = JsonLine.Option();
        var command = new Command(name, description) { set, seed, count };
        if (shortened)
        {
            command.Add(json);
        }

        command.SetAction((parsed, _) =>
        {
            var library = ProbeLibrary.Default();
            var made = library.Make(parsed.GetRequiredValue(set), parsed.GetValue(seed), parsed.GetValue(count));
            if (!shortened)
            {
                foreach (var probe in made.Probes)
                {
                    JsonLine.Write(Whole(probe), indented: false);
                }
            }
            else if (parsed.GetValue(json))
            {
                var definition = library.Find(made.Name);
                JsonLine.Write(new { made.Name, made.Version, made.Seed, definition.Why, definition.Source, Probes = made.Probes.Select(Whole) });
            }
            else
            {
                Show(library.Find(made.Name), made);
            }

            return Task.FromResult(ExitCode.Good);
        });
        return command;
    }

    /// <summary><c>--seed</c>: null takes the set's own.</summary>
    public static Option<ulong?> SeedOption() => new("--seed") { Description = "Seed of the probes; the set's own if not given." };

    /// <summary><c>--count</c>: null takes the set's own.</summary>
    public static Option<int?> CountOption() => new("--count") { Description = "Number of probes; the set's own if not given." };

    private static void Show(ProbeDefinition definition, ProbeSet made)
    {
        Terminal.Print($"{made.Name}, version {made.Version}, seed {made.Seed}, {made.Probes.Count} probes");
        Terminal.Print($"why:    {definition.Why}");
        Terminal.Print($"source: {definition.Source}");
        foreach (var probe in made.Probes)
        {
            Terminal.Print($"{probe.Id}  {probe.ContentHash[..12]}  {Short(probe)}");
        }
    }

    private static string Short(Probe probe) => probe switch
    {
        PromptProbe prompt => $"\"{prompt.Prompt.ReplaceLineEndings("\\n")}\" + {prompt.NewTokens} tokens{(prompt.ScorePrompt ? ", those of the prompt scored" : "")}",
        ImageProbe image => $"noise, {image.Height} x {image.Width}",
        MatmulProbe product => $"[{product.M}, {product.K}] x [{product.K}, {product.N}], seed {product.Seed}",
        _ => throw new ArgumentOutOfRangeException(nameof(probe), probe, "A probe kind that has no text."),
    };

    private static object Whole(Probe probe) => probe switch
    {
        PromptProbe prompt => new { prompt.Id, prompt.Version, prompt.ContentHash, prompt.Prompt, prompt.NewTokens, prompt.ScorePrompt },
        ImageProbe image => new { image.Id, image.Version, image.ContentHash, image.Height, image.Width, Pixels = Convert.ToBase64String(image.Pixels.Span) },
        MatmulProbe product => new { product.Id, product.Version, product.ContentHash, product.M, product.N, product.K, product.Seed },
        _ => throw new ArgumentOutOfRangeException(nameof(probe), probe, "A probe kind that has no text."),
    };
}
