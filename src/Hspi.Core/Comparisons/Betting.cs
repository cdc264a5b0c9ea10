namespace Hspi.Comparisons;

/// <summary>Evidence against "the sides are one" that may be looked at after every answer: the wealth of somebody who bets which of two answers is whose.</summary>
/// <remarks>
/// Two answers to a prompt, one of each side, asked in an order drawn by lot: where the sides are one, which is whose is a fair coin, whatever came before.
/// The bet is made from earlier rounds alone (to which side's answers each is nearer), so that wealth is a martingale from 1: the chance that it
/// ever reaches 1/α is at most α (Ville), and stopping whenever one likes is free. Several stakes are played side by side, and their mean counts.
/// </remarks>
public sealed class Betting
{
    private static readonly double[] Stakes = [0.1, 0.25, 0.5, 0.75, 0.95];

    private readonly double[] _wealth = [.. Stakes.Select(_ => 1.0)];

    /// <summary>Evidence so far, from 0; 1 at the start.</summary>
    public double Wealth => _wealth.Average();

    /// <summary>Plays every round.</summary>
    /// <param name="games">What is bet on, such as numbers and texts, each with an equal part of the money.</param>
    /// <returns>The most that all games together ever held, after a bet; from 1.</returns>
    public static double Highest(params IReadOnlyList<IReadOnlyList<PromptPair>> games)
    {
        var players = games.Select(_ => new Betting()).ToList();
        var highest = 1.0;
        foreach (var round in games.SelectMany(game => game).SelectMany(prompt => prompt.Rounds).Distinct().Order().ToList())
        {
            for (var prompt = 0; prompt < games.Max(game => game.Count); prompt++)
            {
                foreach (var (game, player) in games.Zip(players).Where(one => one.First.Count > prompt))
                {
                    player.Play(Confidence(game[prompt], round));
                }

                highest = Math.Max(highest, players.Average(player => player.Wealth));
            }
        }

        return highest;
    }

    /// <summary>Plays one bet.</summary>
    /// <param name="confidence">−1 to 1, from earlier rounds and the two answers without their names: above 0 where the bet is right.</param>
    public void Play(double confidence)
    {
        for (var i = 0; i < Stakes.Length; i++)
        {
            _wealth[i] *= 1 + (Stakes[i] * confidence);
        }
    }

    /// <summary>How much nearer the two answers of a round are to earlier ones of their own side than to those of the other; changes its sign with the names.</summary>
    private static double Confidence(PromptPair prompt, int round)
    {
        var a = Find(prompt, round, true);
        var b = Find(prompt, round, false);
        var (ofA, ofB) = (Before(prompt, round, true), Before(prompt, round, false));
        if (a < 0 || b < 0 || ofA.Count == 0 || ofB.Count == 0)
        {
            return 0;
        }

        var right = Near(prompt, a, ofA) + Near(prompt, b, ofB);
        var wrong = Near(prompt, b, ofA) + Near(prompt, a, ofB);
        return right + wrong > 0 ? (wrong - right) / (wrong + right) : 0;
    }

    private static double Near(PromptPair prompt, int answer, List<int> before) => before.Min(other => prompt[answer, other]);

    private static int Find(PromptPair prompt, int round, bool ofA) =>
        Enumerable.Range(0, prompt.OfA.Length).FirstOrDefault(one => prompt.OfA[one] == ofA && prompt.Rounds[one] == round, -1);

    private static List<int> Before(PromptPair prompt, int round, bool ofA) =>
        [.. Enumerable.Range(0, prompt.OfA.Length).Where(one => prompt.OfA[one] == ofA && prompt.Rounds[one] < round)];
}
