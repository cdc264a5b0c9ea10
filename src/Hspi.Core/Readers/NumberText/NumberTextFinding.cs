namespace Hspi.Readers.NumberText;

/// <summary>What the digits say.</summary>
/// <param name="Reading">Aspect <c>number-text</c>.</param>
/// <param name="Form">The class's name, such as <c>float32-as-double</c> or <c>rounded-4-decimals</c>; <c>unknown</c> without numbers.</param>
/// <param name="Detail">What a report shows.</param>
public sealed record NumberTextFinding(Reading Reading, string Form, NumberTextDetail Detail);

/// <summary>Counts behind the form.</summary>
/// <param name="Numbers">Numbers read, sentinels excluded.</param>
/// <param name="Float32">Of them, those that a float32 holds exactly.</param>
/// <param name="Digits">Numbers by their count of significant digits, index 0 to 20.</param>
/// <param name="Longest">The longest texts that differ, at most 8, longest first: where a program prints more digits than the number has, they show it.</param>
/// <param name="Sentinels">Texts that say "none", each with its count: <c>-9999.0</c>, <c>-100</c>, <c>0.0</c>, <c>-Infinity</c>.</param>
/// <param name="Serializers">Programs that could have written every text; empty means that none of ours did, or that a proxy mixed two.</param>
/// <param name="Reserialised">Whether no single known program writes all of the texts: a proxy between engine and us.</param>
public sealed record NumberTextDetail(
    long Numbers,
    long Float32,
    IReadOnlyList<long> Digits,
    IReadOnlyList<string> Longest,
    IReadOnlyDictionary<string, long> Sentinels,
    IReadOnlyList<string> Serializers,
    bool Reserialised);
