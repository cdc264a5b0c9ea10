using Hspi.Exchanges;

namespace Hspi.Backends.Endpoint;

/// <summary>A key to an endpoint. Comes from the environment only, and never shows itself.</summary>
public sealed class ApiKey
{
    /// <summary>The variable that is read where the caller names none.</summary>
    public const string DefaultVariable = "HSPI_API_KEY";

    private const string OpenAi = "OPENAI_API_KEY";

    private readonly string _value;

    private ApiKey(string value, string variable) => (_value, Variable) = (value, variable);

    /// <summary>The environment variable that holds it.</summary>
    public string Variable { get; }

    /// <summary>The key for an endpoint; null where the environment holds none.</summary>
    /// <param name="variable">Name of the variable, as the user gave it; null takes HSPI_API_KEY, and OPENAI_API_KEY for OpenAI itself.</param>
    /// <param name="endpoint">Where it will be sent: another host never gets a key that was meant for OpenAI.</param>
    /// <param name="read">Reads a variable; <see cref="Environment.GetEnvironmentVariable(string)"/> outside tests.</param>
    /// <exception cref="UsageException">The named variable is empty, or holds what no header can carry.</exception>
    public static ApiKey? FromEnvironment(string? variable, Uri endpoint, Func<string, string?> read)
    {
        var isOpenAi = endpoint.Host.Equals("api.openai.com", StringComparison.OrdinalIgnoreCase);
        var name = variable ?? (string.IsNullOrWhiteSpace(read(DefaultVariable)) && isOpenAi ? OpenAi : DefaultVariable);
        var value = read(name)?.Trim() ?? "";
        if (value.Length == 0)
        {
            return variable is null ? null : throw new UsageException($"The environment variable {variable} is empty. Set it to the key, or name another one.");
        }

        return value.All(c => c is > ' ' and <= '~')
            ? new ApiKey(value, name)
            : throw new UsageException($"The environment variable {name} holds characters that no key has, such as spaces or line feeds.");
    }

    /// <summary>Removes this key from whatever is kept.</summary>
    public static SecretScrubber Scrubber(ApiKey? key) => key is null ? new SecretScrubber() : new SecretScrubber(key._value);

    /// <summary>Never the key.</summary>
    public override string ToString() => "[key]";

    /// <summary>The value of the header <paramref name="name"/>.</summary>
    internal string HeaderValue(string name) =>
        name.Equals("Authorization", StringComparison.OrdinalIgnoreCase) ? $"Bearer {_value}" : _value;
}
