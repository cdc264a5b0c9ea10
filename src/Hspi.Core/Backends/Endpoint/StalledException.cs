namespace Hspi.Backends.Endpoint;

/// <summary>The endpoint took the question and did not finish its answer in time. Others may still be answered.</summary>
public sealed class StalledException(string message, Exception cause) : HspiException(message, cause);
