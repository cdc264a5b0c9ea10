namespace Hspi.Probes;

/// <summary>Questions that are asked together, in this order.</summary>
/// <param name="Name">The recipe, such as <c>random-words</c>.</param>
/// <param name="Version">Version of the recipe, from 1.</param>
/// <param name="Seed">Seed from which the recipe made the probes.</param>
/// <param name="Probes">At least one.</param>
public sealed record ProbeSet(string Name, int Version, ulong Seed, IReadOnlyList<Probe> Probes);
