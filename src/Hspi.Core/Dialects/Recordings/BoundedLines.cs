using System.Text;

namespace Hspi.Dialects.Recordings;

/// <summary>Lines of a text that may be endless, in lines and in length.</summary>
internal sealed class BoundedLines(TextReader reader)
{
    private string? _ahead;

    /// <summary>What went wrong; null while all is well.</summary>
    public string? Problem { get; private set; }

    /// <summary>Lines taken so far.</summary>
    public int Number { get; private set; }

    /// <summary>The next line without its end; null at the end of the text, or of what can be read of it.</summary>
    public string? Next()
    {
        Number++;
        if (_ahead is { } ahead)
        {
            _ahead = null;
            return ahead;
        }

        return ReadLine();
    }

    /// <summary>Whether a line follows that is not blank.</summary>
    public bool HasMore()
    {
        while (_ahead is null || string.IsNullOrWhiteSpace(_ahead))
        {
            _ahead = ReadLine();
            if (_ahead is null)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary><paramref name="first"/> and all that follows; null when it is longer than <paramref name="most"/> characters.</summary>
    public string? Rest(string first, int most)
    {
        var text = new StringBuilder(first);
        while (Next() is { } line)
        {
            if (text.Length + line.Length >= most)
            {
                return null;
            }

            text.Append('\n').Append(line);
        }

        return Problem is null ? text.ToString() : null;
    }

    private string? ReadLine()
    {
        if (Problem is not null)
        {
            return null;
        }

        var line = new StringBuilder();
        try
        {
            for (int c; (c = reader.Read()) >= 0;)
            {
                if (c == '\n')
                {
                    return line.ToString();
                }

                if (line.Length >= RecordingFile.LargestWhole)
                {
                    Problem = $"A line of more than {RecordingFile.LargestWhole >> 20} MiB, which is not held in memory: no response is that long. {RecordingFile.AsLines}";
                    return null;
                }

                line.Append((char)c);
            }
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException)
        {
            Problem = $"The file ends or breaks here: {broken.Message}";
            return null;
        }

        return line.Length > 0 ? line.ToString() : null;
    }
}
