using System.Text.Json;
using Hspi.Dialects.Recordings;
using Hspi.Readers.Inspection;
using Hspi.Readers.Lattice;
using Hspi.Readers.Surface;
using Hspi.Tests;

namespace Hspi.Core.Tests.Readers.Inspection;

/// <summary>Small inputs of others with the reading that each must get, where ../shared, or HSPI_SHARED, holds them.</summary>
public sealed class SharedCasesTests
{
    private readonly SurfaceReader _surface = new(SignatureBase.Load(Repository.PathOf("probes/signatures")));

    /// <summary>Those about shapes of scores, printed grids and servers; forms of recordings are tested with their readers.</summary>
    [Fact]
    public void Every_shape_and_server_of_the_cases_reads_as_expected()
    {
        var cases = File.ReadAllLines(Repository.Shared("cases/expected.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.GetProperty("file").GetString()![0] is 'h' or 's').ToList();

        Assert.NotEmpty(cases);
        Assert.All(cases, Check);
    }

    private void Check(JsonElement line)
    {
        var (file, expected) = (line.GetProperty("file").GetString()!, line.GetProperty("expect"));
        var inspector = new Inspector(file);
        var said = new List<string>();
        foreach (var response in RecordingFile.Read(Repository.Shared($"cases/{file}")).OfType<Recording.Response>())
        {
            var observed = Observed.Of(response.Exchange, _surface);
            if (NoAnswer.Of(response, observed?.Answer) is Recording.Unreadable other)
            {
                said.Add(other.What);
            }

            if (observed is not null)
            {
                inspector.Add(observed, response.Where);
            }
        }

        var result = inspector.Result();
        Expect("dialect", result.Dialect);
        Expect("engine", result.Findings.Surface.Engine);
        Expect("head", result.Findings.Head.Head.Word());
        Expect("numberText", result.Findings.Numbers.Form);
        if (expected.TryGetProperty("not_dialect", out var not))
        {
            Assert.NotEqual(not.GetString(), result.Dialect);
        }

        if (expected.TryGetProperty("say", out var say))
        {
            Assert.Contains(said, sentence => sentence.Contains(say.GetString()!, StringComparison.Ordinal));
        }

        void Expect(string name, string read)
        {
            if (expected.TryGetProperty(name, out var value))
            {
                Assert.True(value.GetString()!.Split('|').Contains(read), $"{file}: {name} is {read}, not {value.GetString()}");
            }
        }
    }
}
