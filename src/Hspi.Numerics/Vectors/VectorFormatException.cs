namespace Hspi.Numerics.Vectors;

/// <summary>A vector file cannot be read: says which file, which line, what is wrong and what would be right.</summary>
/// <param name="file">The file.</param>
/// <param name="line">Line from 1; 0 where the whole file is meant.</param>
/// <param name="message">What is wrong.</param>
/// <param name="inner">The cause, if it was another exception.</param>
public sealed class VectorFormatException(string file, int line, string message, Exception? inner = null)
    : FormatException(line > 0 ? $"{file}({line}): {message}" : $"{file}: {message}", inner);
