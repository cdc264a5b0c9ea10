using System.Globalization;
using Hspi.Backends.Endpoint;
using Hspi.Classification;
using Hspi.Dialects;
using Hspi.Platforms;

namespace Hspi.Interviews;

/// <summary>Whom to ask, what its provider claims, what to hold the answers against, and what that may cost.</summary>
public sealed record InterviewSettings
{
    /// <summary>Where, and how patiently.</summary>
    public required EndpointOptions Endpoint { get; init; }

    /// <summary>Sent to the endpoint's own host only, and kept nowhere; null for none.</summary>
    public ApiKey? Key { get; init; }

    /// <summary>What the provider says; null where the question is what it is.</summary>
    public PlatformClaim? Claim { get; init; }

    /// <summary>Model to ask for; empty takes the first that the endpoint lists.</summary>
    public string Model { get; init; } = "";

    /// <summary>How to ask; null finds a dialect that the endpoint understands, in at most three calls.</summary>
    public IDialect? Dialect { get; init; }

    /// <summary>The one provider that may answer, where the endpoint routes between several; empty for any.</summary>
    public string Provider { get; init; } = "";

    /// <summary>Enrolled answers to compare with; null for none.</summary>
    public EnrolledReferences? References { get; init; }

    /// <summary>A classifier to ask as well; null for none.</summary>
    public ModelFolder? Classifier { get; init; }

    /// <summary>Makes the questions; whoever does not know it cannot know them.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Questions to ask in place of the usual ones; model, alternatives and provider are filled in. Null for the usual ones.</summary>
    public IReadOnlyList<Question>? Planned { get; init; }

    /// <summary>Hard limits of the whole evidence, resumed runs included.</summary>
    public BudgetLimits Limits { get; init; } = new();

    /// <summary>Time of the exchanges, and pauses between tries.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Takes keys out of everything that is written.</summary>
    public Exchanges.SecretScrubber Secrets => ApiKey.Scrubber(Key);

    /// <summary>The questions, in the order asked: the enrolled prompts first, where there are any.</summary>
    internal IReadOnlyList<Question> Questions(Capabilities seen)
    {
        var free = FreeQuestions.Make(Seed, seen);
        var questions = Planned?.Select(question => question with { Model = seen.Model, Alternatives = seen.Alternatives }) ?? References?.Questions(free, seen) ?? free;
        return [.. questions.Select(question => question with { Provider = Provider })];
    }

    /// <summary>What an evidence file says of the run, on its first line; a replay reads it there.</summary>
    internal IReadOnlyDictionary<string, string> ToText()
    {
        var text = new Dictionary<string, string>
        {
            ["command"] = "verify",
            [ClosingRecord.Setting] = ClosingRecord.Version,
            ["endpoint"] = Secrets.ScrubUrl(Endpoint.Address.AbsoluteUri),
            ["claim"] = Claim?.ToString() ?? "",
            ["model"] = Model,
            ["references"] = References?.Source ?? "",
            ["seed"] = Seed.ToString(CultureInfo.InvariantCulture),
            ["started"] = Clock.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        };
        if (Limits.Price is { } price)
        {
            text["price-in"] = price.UsdPerMillionIn.ToString(CultureInfo.InvariantCulture);
            text["price-out"] = price.UsdPerMillionOut.ToString(CultureInfo.InvariantCulture);
        }

        return text;
    }
}
