namespace Hspi.Fingerprints;

/// <summary>Everything that a platform answered to a set of probes, as one hash: equal fingerprints, equal bits.</summary>
/// <param name="Hash">SHA-256 in lower-case hex.</param>
/// <param name="Steps">Steps that it covers.</param>
public sealed record Fingerprint(string Hash, int Steps);
