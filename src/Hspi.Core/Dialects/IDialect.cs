using Hspi.Exchanges;

namespace Hspi.Dialects;

/// <summary>One way in which servers are asked and answer. To add one: one class, and one line in <see cref="DialectCatalog"/>; for answers that are only read, a row of <see cref="ScoredForms"/>.</summary>
/// <remarks>Stateless. Nothing in a response may make it throw: what cannot be read becomes <see cref="ParsedAnswer.Error"/>.</remarks>
public interface IDialect
{
    /// <summary>Its name in reports, such as <c>llama.cpp-completion</c>.</summary>
    string Name { get; }

    /// <summary>Alternatives per token that a server of this dialect usually grants at most; a probe finds out what this one does.</summary>
    int MostAlternatives { get; }

    /// <summary>The header that carries the key; <c>Authorization</c> means <c>Bearer</c> and the key.</summary>
    string KeyHeader => "Authorization";

    /// <summary>Whether questions are put in it; false for forms of answers that are only read.</summary>
    bool IsAsked => true;

    /// <summary>Another dialect of the same servers, to ask in where this one shows probabilities but no logprobs; null for none.</summary>
    IDialect? WithLogprobs => null;

    /// <summary>Whether the response is written in this dialect. Sure signs only: the catalog asks the specific before the generic.</summary>
    bool Recognises(Exchange exchange);

    /// <summary>Puts a question.</summary>
    /// <returns>A request whose address is a path below the endpoint's base, without a leading slash, and without any key.</returns>
    /// <exception cref="UsageException">The question needs what this dialect has no words for, such as a provider to pin; or it is only read.</exception>
    ExchangeRequest Request(Question question);

    /// <summary>Reads a response, streamed or not, whatever it holds.</summary>
    ParsedAnswer Read(Exchange exchange);
}
