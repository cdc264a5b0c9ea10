using Xunit.v3;

namespace Hspi.Tests;

/// <summary>A test that asks a real card. Where there is none it is skipped, and says what is missing; <c>make test-gpu</c> takes such a skip for a failure.</summary>
/// <remarks>Compiled into every project whose tests know cards. A test without a trait runs everywhere.</remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class NeedsCardAttribute : Attribute, ITraitAttribute
{
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("card", "needed")];
}

/// <summary>A test of what is said where there is no card. Where there is one it is skipped; <c>make test-gpu</c> leaves it out.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class NeedsNoCardAttribute : Attribute, ITraitAttribute
{
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("card", "absent")];
}
