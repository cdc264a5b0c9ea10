namespace Hspi.Backends.Endpoint;

/// <summary>The endpoint wants another key, or money: whatever else is asked would be refused too.</summary>
public sealed class RefusedException(string message) : HspiException(message);
