using System.Text;
using Hspi.Networks.Text;
using Hspi.Probes;

namespace Hspi.Networks.Training;

/// <summary>Writes small English texts by a seeded grammar: stories with facts that return, questions about them, and lists of random words.</summary>
/// <remarks>
/// Chosen so that a decoder trained on them shows every kind of margin: grammar and remembered facts make it certain,
/// the choice of a word keeps it undecided, and lists (the prompts of the paper's scheme) are close to uniform.
/// </remarks>
public sealed class StoryGrammar(WordList words, ulong seed)
{
    private SeededNormal _chance = new(seed);

    /// <summary>The next document: one to six sentences, or a list.</summary>
    public string Next() => _chance.Next(5) switch
    {
        0 => RandomWords(),
        1 => Facts(),
        _ => Story(),
    };

    private string Story()
    {
        var hero = Pick("name");
        var animal = Pick("animal");
        var thing = Pick("object");
        var colour = Pick("colour");
        var place = Pick("place");
        var text = new StringBuilder();
        text.Append($"One {Pick("time")} {hero} the {Pick("adjective")} {Pick("people")} {Pick("went")} {How()}to the {place}.");
        if (_chance.Next(2) == 0)
        {
            text.Append($" The {Pick("weather")} was {Pick("adjective")} and the {Pick("nature")} was {Pick("colour")}.");
        }

        text.Append($" There was a {Pick("adjective")} {animal} with a {colour} {thing} in the {place}.");
        for (var i = _chance.Next(3); i > 0; i--)
        {
            text.Append(_chance.Next(4) switch
            {
                0 => $" {hero} {Pick("did")} the {colour} {thing} and {Pick("did")} the {animal}.",
                1 => $" The {animal} {Pick("went")} {How()}{Preposition()} the {Pick("nature")}.",
                2 => $" {hero} said that the {animal} was {Pick("adjective")} and {Pick("adjective")}.",
                _ => $" Then the {animal} {Pick("did")} some {Pick("food")} because it was {Pick("adjective")}.",
            });
        }

        text.Append(_chance.Next(3) switch
        {
            0 => $"\nWhere was the {animal}? It was in the {place}.",
            1 => $"\nWhat had the {animal}? It had a {colour} {thing}.",
            _ => $"\nWho was in the {place}? {hero} and the {animal}.",
        });
        return text.ToString();
    }

    private string Facts()
    {
        var things = Enumerable.Range(0, 2 + _chance.Next(2)).Select(_ => (Thing: Pick("object"), Colour: Pick("colour"))).DistinctBy(pair => pair.Thing).ToList();
        var text = new StringBuilder();
        foreach (var (thing, colour) in things)
        {
            text.Append(text.Length == 0 ? "" : " ").Append($"The {thing} of {Pick("name")} is {colour}.");
        }

        var (asked, answer) = things[_chance.Next(things.Count)];
        return text.Append($"\nWhat colour is the {asked}? It is {answer}.").ToString();
    }

    private string RandomWords()
    {
        var drawn = Enumerable.Range(0, 8 + _chance.Next(12)).Select(_ => words.Content[_chance.Next(words.Content.Count)]).Distinct();
        return "Words: " + string.Join(", ", drawn) + ".";
    }

    private string How() => _chance.Next(2) == 0 ? Pick("how") + " " : "";

    private string Preposition() => _chance.Next(5) switch { 0 => "under", 1 => "over", 2 => "behind", 3 => "near", _ => "into" };

    private string Pick(string group) => words.Groups[group][_chance.Next(words.Groups[group].Count)];
}
