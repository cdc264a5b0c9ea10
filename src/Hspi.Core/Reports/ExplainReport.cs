using System.Globalization;
using System.Text;
using Hspi.Answers;
using Hspi.Dialects;
using Hspi.Examinations;
using Hspi.Exchanges;
using Hspi.Readers;

namespace Hspi.Reports;

/// <summary>Tells how a verdict came about: what was sent, what came back, what each reader made of it, which rule applied.</summary>
public static class ExplainReport
{
    private const int MostText = 160;
    private const int ShownAlternatives = 4;
    private const int ShownAlternativeNames = 6;

    /// <summary>Lines of plain text; what could deceive in the endpoint's words is made visible.</summary>
    /// <param name="log">What was sent, and what came back.</param>
    /// <param name="examination">Of this log.</param>
    public static string Render(EvidenceLog log, Examination examination)
    {
        var text = new StringBuilder();
        void Line(FormattableString line) => text.Append(VisibleText.Line(line.ToString(CultureInfo.InvariantCulture))).Append('\n');

        Line($"1. The run");
        foreach (var (key, value) in log.Settings.Where(pair => pair.Value.Length > 0).OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Line($"   {key}: {value}");
        }

        Line($"   {log.Exchanges.Count} exchanges; every line's hash fits the one before it{(log.Truncated ? ", up to a record that was cut off" : "")}.");
        Line($"");
        Line($"2. What was sent, and what came back");
        for (var i = 0; i < log.Exchanges.Count; i++)
        {
            Tell(Line, i + 1, log.Exchanges[i]);
        }

        Line($"");
        Line($"3. What each reader made of it");
        foreach (var reading in examination.Readings)
        {
            Tell(Line, reading);
        }

        Line($"");
        Line($"4. How it follows");
        foreach (var reference in examination.References?.Agreements ?? [])
        {
            Line($"   {reference.Class}: {reference.Equal} of {reference.Compared} printed values agree.");
        }

        foreach (var limit in examination.Limits)
        {
            Line($"   not seen: {limit}");
        }

        text.Append(string.Join('\n', TextReport.Render(examination).TrimEnd().Split('\n').Select(line => "   " + line))).Append('\n');
        return text.ToString();
    }

    private static void Tell(Action<FormattableString> line, int number, Exchange exchange)
    {
        line($"   [{number}] {exchange.Request.Method} {exchange.Request.Url} {Short(exchange.Request.Body)}");
        if (exchange.Response is not { } response)
        {
            line($"       nothing came back");
            return;
        }

        line($"       HTTP {response.Status}, {response.Body.Length} characters in {exchange.Seconds:0.###} s");
        if (exchange.Request.Method != "POST")
        {
            return;
        }

        if (DialectCatalog.Recognise(exchange) is not { } dialect)
        {
            line($"       read by no dialect: {Short(response.Body)}");
            return;
        }

        var answer = dialect.Read(exchange);
        line($"       read as {dialect.Name}: {(answer.Error is { } error ? $"error: {Short(error)}" : $"\"{Short(answer.Text)}\", {answer.Steps.Count} scored tokens")}");
        if (answer.Steps.Count > 0)
        {
            line($"       first token \"{Short(answer.Steps[0].Token)}\" {answer.Steps[0].LogprobText}; alternatives {Alternatives(answer.Steps[0])}");
        }
    }

    private static void Tell(Action<FormattableString> line, Reading reading)
    {
        line($"   {reading.Reader} on {reading.Aspect.Word()}, from {reading.Calls} answers");
        line($"       saw: {reading.Seen}");
        if (reading.Likelihoods.Count > 0)
        {
            var best = reading.Likelihoods.Values.Max();
            foreach (var (name, value) in reading.Likelihoods.OrderByDescending(pair => pair.Value).Take(ShownAlternativeNames))
            {
                line($"       {name}: log-likelihood {value - best:0.###} against the best");
            }
        }

        line($"       would change it: {reading.WouldChange}");
    }

    private static string Alternatives(Step step) =>
        string.Join(", ", step.Alternatives.Take(ShownAlternatives).Select(one => $"\"{Short(one.Token)}\" {one.LogprobText}"))
        + (step.Alternatives.Count > ShownAlternatives ? $", {step.Alternatives.Count - ShownAlternatives} more" : "");

    private static string Short(string text) => text.Length <= MostText ? text : text[..MostText] + "…";
}
