using System.Text.Json.Serialization;

namespace Hspi.Cuda.Cards;

/// <summary>Whether a card answered. Every file of answers says it, so that nothing made up is ever taken for a measurement.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CardOrigin>))]
public enum CardOrigin
{
    /// <summary>Made up by the computed units to try programs and readers; it says nothing of any card.</summary>
    [JsonStringEnumMemberName("generated-sample")] Sample,

    /// <summary>A card answered.</summary>
    [JsonStringEnumMemberName("measured")] Measured,
}
