namespace Hspi.Numerics.Trees;

/// <summary>A term with which a summation's order is asked for.</summary>
public enum MaskTerm
{
    /// <summary>A small number; a result counts how many of them survive.</summary>
    One,

    /// <summary>A number so large that any small one added to it is lost.</summary>
    Mask,

    /// <summary>The mask with a minus sign: it cancels the mask and leaves what was added since.</summary>
    MinusMask,
}

/// <summary>Anything that adds n terms in an order of its own: a matrix unit, a library's dot product, a loop.</summary>
public interface ISummation
{
    /// <summary>What is asked, for headings.</summary>
    string Name { get; }

    /// <summary>Adds the terms.</summary>
    /// <param name="terms">At least one term.</param>
    /// <returns>The result in units of <see cref="MaskTerm.One"/>: the number of small terms that survived.</returns>
    double Sum(ReadOnlySpan<MaskTerm> terms);
}
