using System.Text.Json.Serialization;

namespace Hspi.Readers;

/// <summary>What a reader judges, or what a classifier's labels name. In files and reports it is a word in lower case.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Aspect>))]
public enum Aspect
{
    /// <summary>The program that serves.</summary>
    [JsonStringEnumMemberName("engine")] Engine,

    /// <summary>How numbers are printed.</summary>
    [JsonStringEnumMemberName("number-text")] NumberText,

    /// <summary>The precision in which the model's last layer leaves its logits.</summary>
    [JsonStringEnumMemberName("head")] Head,

    /// <summary>The logarithm of the softmax.</summary>
    [JsonStringEnumMemberName("log-unit")] LogUnit,

    /// <summary>Whether one backend answers, or several.</summary>
    [JsonStringEnumMemberName("backends")] Backends,

    /// <summary>The whole platform, as a class of platforms that answer alike.</summary>
    [JsonStringEnumMemberName("platform")] Platform,

    /// <summary>The number format of a platform.</summary>
    [JsonStringEnumMemberName("precision")] Precision,

    /// <summary>The number format in which a model leaves its embeddings.</summary>
    [JsonStringEnumMemberName("embedding")] Embedding,
}

/// <summary>The text form of <see cref="Aspect"/>.</summary>
public static class AspectText
{
    /// <summary>The word in files and reports, such as <c>number-text</c>.</summary>
    public static string Word(this Aspect aspect) => aspect switch
    {
        Aspect.Engine => "engine",
        Aspect.NumberText => "number-text",
        Aspect.Head => "head",
        Aspect.LogUnit => "log-unit",
        Aspect.Backends => "backends",
        Aspect.Platform => "platform",
        Aspect.Precision => "precision",
        Aspect.Embedding => "embedding",
        _ => throw new ArgumentOutOfRangeException(nameof(aspect), aspect, "An aspect without a word."),
    };
}
