namespace Hspi.Networks.Models;

/// <summary>From a Hugging Face folder to a <see cref="LanguageModel"/>.</summary>
internal static class HuggingFaceModel
{
    public static LanguageModel Open(string folder) => throw new HspiException(folder);
}
