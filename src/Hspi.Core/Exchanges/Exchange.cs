namespace Hspi.Exchanges;

/// <summary>One HTTP request and what came back: the raw material of every conclusion about an endpoint.</summary>
/// <remarks>Keys and cookies are removed before an exchange is built, so that no artifact can hold one.</remarks>
/// <param name="Request">What was sent.</param>
/// <param name="Response">What came back; null when nothing did.</param>
/// <param name="Seconds">From sending to the last byte, or until it was given up; 0 where it was never sent, and in recordings that do not say.</param>
public sealed record Exchange(ExchangeRequest Request, ExchangeResponse? Response, double Seconds);

/// <summary>What was sent.</summary>
/// <param name="Method">HTTP method in capitals; empty where the recording holds no request.</param>
/// <param name="Url">Whole address or path, without credentials; empty where unknown.</param>
/// <param name="Headers">In the order sent, secrets removed.</param>
/// <param name="Body">Text of the body; empty for none.</param>
public sealed record ExchangeRequest(string Method, string Url, IReadOnlyList<KeyValuePair<string, string>> Headers, string Body);

/// <summary>What came back.</summary>
/// <param name="Status">HTTP status; 0 where the recording does not say.</param>
/// <param name="Headers">In the order received.</param>
/// <param name="Body">Text of the body, character for character.</param>
public sealed record ExchangeResponse(int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, string Body);
