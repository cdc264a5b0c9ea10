using Hspi.Cuda.Cards;
using Hspi.Cuda.Platforms;
using Hspi.Cuda.Reports;
using Hspi.Datasets;

namespace Hspi.Cuda.Recording;

/// <summary>Runs topics on a card, one after the other, and writes the report after each: a topic that fails or is slow costs no other its answers.</summary>
internal static class CardRun
{
    private const string ReportFile = "report.json";

    /// <summary>Runs the topics that the options name.</summary>
    /// <param name="card">The card; borrowed.</param>
    /// <param name="options">What to ask. A report that is in its folder already is carried on, if it is of the same card.</param>
    /// <param name="clock">Tells the time and the day.</param>
    /// <param name="progress">One line per finished question.</param>
    /// <param name="cancellationToken">Ends it; finished topics are kept.</param>
    /// <returns>The report, as written.</returns>
    /// <exception cref="HspiException">The card is of no generation in the table, or the folder holds another card's report.</exception>
    public static async Task<CardReport> RunAsync(
        ICard card, CardRunOptions options, TimeProvider clock, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var architecture = CardPlatform.ArchitectureOf(card.Description);
        var path = Path.Combine(options.Folder, ReportFile);
        var report = Begin(card, options, clock, path);
        var topics = CardTopics.Of(options.Topics);
        var end = clock.GetUtcNow() + options.Limit;
        for (var i = 0; i < topics.Count; i++)
        {
            var begun = clock.GetUtcNow();
            // A topic's share of what is left, so that what one leaves over serves the next.
            var share = (end - begun) * topics[i].Share / topics.Skip(i).Sum(topic => topic.Share);
            var context = new TopicContext(card, architecture, options, clock, begun + share, progress);
            var (next, why) = await AskAsync(topics[i], context, report, cancellationToken);
            var outcome = new TopicOutcome(
                topics[i].Name,
                why.Length > 0 ? TopicEnd.Failed : context.WasLate ? TopicEnd.OutOfTime : TopicEnd.Done,
                Math.Round((clock.GetUtcNow() - begun).TotalSeconds, 1),
                why);
            report = next with { Topics = [.. next.Topics.Where(topic => topic.Name != outcome.Name), outcome] };
            await WholeFile.WriteTextAsync(path, report.ToJson(), cancellationToken);
            progress.Report(outcome.ToString());
        }

        return report;
    }

    private static async Task<(CardReport Report, string Why)> AskAsync(
        CardTopic topic, TopicContext context, CardReport report, CancellationToken cancellationToken)
    {
        try
        {
            return (await topic.AskAsync(context, report, cancellationToken), "");
        }
        catch (HspiException failed)
        {
            return (report, failed.Message);
        }
    }

    private static CardReport Begin(ICard card, CardRunOptions options, TimeProvider clock, string path)
    {
        if (!File.Exists(path))
        {
            return new CardReport(
                CardReport.CurrentFormat, card.Origin, card.Description, card.Driver, null, card.Runtime,
                clock.GetUtcNow().ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), options.Seed);
        }

        var known = CardReport.Parse(File.ReadAllText(path), path);
        return known.Card == card.Description && known.Origin == card.Origin && known.Seed == options.Seed
            ? known
            : throw new HspiException($"{path}: is of {known.Card.Name} with seed {known.Seed}, not of {card.Description.Name} with seed {options.Seed}. Choose another --output.");
    }
}
