using System.Security.Cryptography;
using System.Text;

namespace Hspi.Exchanges;

/// <summary>Tells whether two requests ask the same of the same address.</summary>
public static class RequestHash
{
    /// <summary>SHA-256 of method, address and body in lower-case hex; headers carry nothing that an answer depends on.</summary>
    public static string Of(ExchangeRequest request) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{request.Method}\n{request.Url}\n{request.Body}")));
}
