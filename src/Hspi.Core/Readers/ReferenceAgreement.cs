using Hspi.Platforms;

namespace Hspi.Readers;

/// <summary>How far an endpoint's answers agree with those of one enrolled class of platforms, on the same prompts.</summary>
/// <param name="Class">Name of the class; its members answered every enrolled probe bit for bit alike.</param>
/// <param name="Members">The platforms of the class, at least one.</param>
/// <param name="Compared">Printed values that both sides have.</param>
/// <param name="Equal">Those that agree in every digit that the endpoint prints.</param>
public sealed record ReferenceAgreement(string Class, IReadOnlyList<Platform> Members, int Compared, int Equal);
