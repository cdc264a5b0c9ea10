namespace Hspi;

/// <summary>The world is wrong: a file, a driver, an endpoint. The message says what, where, and what to do.</summary>
/// <remarks>
/// The program ends with <see cref="ExitCode.Failed"/>, or with <see cref="ExitCode.Usage"/> where the caller's own words were wrong (<see cref="UsageException"/>).
/// A message never holds a secret: it is printed, and kept in evidence files.
/// </remarks>
public class HspiException : Exception
{
    /// <summary>A message in the form <c>where: what. What to do.</c></summary>
    public HspiException(string message) : base(message) { }

    /// <summary>A message in the form <c>where: what. What to do.</c>, and the exception that told us.</summary>
    public HspiException(string message, Exception cause) : base(message, cause) { }
}

/// <summary>The caller asked for something that does not exist: an unknown platform, probe or option value.</summary>
public sealed class UsageException(string message) : HspiException(message);
