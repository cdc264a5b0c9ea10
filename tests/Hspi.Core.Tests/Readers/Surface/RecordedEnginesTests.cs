using System.Diagnostics;
using Hspi.Dialects;
using Hspi.Dialects.Recordings;
using Hspi.Readers.Surface;
using Hspi.Tests;

namespace Hspi.Core.Tests.Readers.Surface;

/// <summary>Services whose engine is known: named right, or unknown, never wrong. Our own excerpts in their shape, and their recordings where they are.</summary>
public sealed class RecordedEnginesTests
{
    private static readonly SurfaceReader Reader = new(SignatureBase.Load(Repository.PathOf("probes/signatures")));

    [Theory]
    [InlineData("01-openai-chat-logprobs-top3.session.json", "openai", "openai-chat")]
    [InlineData("02-openai-chat-nologprobs.session.json", "openai", "openai-chat")]
    [InlineData("03-openai-chat-stream-logprobs-top3.session.json", "openai", "openai-chat")]
    [InlineData("06-openai-chat-authfailure.session.json", "openai", "openai-chat")]
    [InlineData("08-openai-chat-refusal.session.json", "openai", "openai-chat")]
    [InlineData("10-openai-gpt41nano-chat-logprobs.json", "openai", "openai-chat")]
    [InlineData("11-openai-gpt4omini-chat-top20.json", "openai", "openai-chat")]
    [InlineData("15-deepseek-chat-stream-fp8kvcache.vcr.yaml", "deepseek", "deepseek")]
    [InlineData("16-ollama-chat.vcr.yaml", "ollama", "openai-chat")]
    [InlineData("17-lmstudio-responses-stream.chunks.txt", "lmstudio", "openai-responses")]
    [InlineData("18-tgi-llama-f16-generate.json", "tgi", "tgi-generate")]
    [InlineData("19-tgi-llama-fp8-generate.json", "tgi", "tgi-generate")]
    [InlineData("21-tgi-llama-gptq-generate.json", "tgi", "tgi-generate")]
    [InlineData("25-tgi-bloom-generate-load.json", "tgi", "tgi-generate")]
    [InlineData("26-tgi-chat-completions.json", "tgi", "openai-chat")]
    [InlineData("27-tgi-completions-stream-many.json", "tgi", "openai-completions")]
    [InlineData("29-openai-responses-logprobs.vcr.yaml", "openai", "openai-responses")]
    public void A_recording_is_read_and_its_engine_named(string file, string engine, string dialect)
    {
        Assert.All(Repository.Recordings(file), path =>
        {
            var exchanges = RecordingFile.Read(path).Select(recording => Assert.IsType<Recording.Response>(recording).Exchange).ToList();

            Assert.All(exchanges, exchange => Assert.Equal(dialect, DialectCatalog.Recognise(exchange)?.Name));
            Assert.Equal(engine, Reader.Read(exchanges).Engine);
        });
    }

    [Theory]
    [InlineData("01-openai-chat-logprobs-top3.session.json", 24, 844, 3)]
    [InlineData("03-openai-chat-stream-logprobs-top3.session.json", 24, 700, 3)]
    [InlineData("11-openai-gpt4omini-chat-top20.json", 12, 100, 20)]
    public void Every_token_of_a_recording_is_there(string file, int excerptTokens, int fewestTokens, int alternatives)
    {
        var answers = Repository.Recordings(file).Select(path => Assert.IsType<Recording.Response>(RecordingFile.Read(path).Single()).Exchange)
            .Select(exchange => DialectCatalog.Recognise(exchange)!.Read(exchange)).ToList();

        Assert.All(answers, answer => Assert.Null(answer.Error));
        Assert.All(answers.SelectMany(answer => answer.Steps), step => Assert.Equal(alternatives, step.Alternatives.Count));
        Assert.Equal(excerptTokens, answers[0].Steps.Count);
        Assert.All(answers.Skip(1), answer => Assert.InRange(answer.Steps.Count, fewestTokens, 2 * fewestTokens));
    }

    /// <summary>Without headers, without requests: the bodies alone must not lead to a wrong name either.</summary>
    [Fact]
    public void No_recording_is_named_wrongly_from_its_bodies_alone()
    {
        var excerpts = Directory.GetFiles(Repository.PathOf("tests/Hspi.Core.Tests/Recordings"), "*-*");
        Assert.NotEmpty(excerpts);
        foreach (var file in excerpts.SelectMany(excerpt => Repository.Recordings(Path.GetFileName(excerpt))))
        {
            var truth = Path.GetFileName(file).Split('-')[1];
            foreach (var response in RecordingFile.Read(file).OfType<Recording.Response>())
            {
                var bare = RecordingFile.Body(response.Exchange.Response!.Body).Exchange;

                Assert.Contains(Reader.Read([bare]).Engine, (string[])[truth, SurfaceReader.Unknown]);
            }
        }
    }

    [Fact]
    public void Every_captured_server_is_named_right_or_unknown_and_every_file_is_read()
    {
        var archive = Repository.Shared("captures/servers-2024-2025.tar.xz");
        var folder = Directory.CreateTempSubdirectory("hspi-captures-");
        try
        {
            using (var tar = Process.Start(new ProcessStartInfo("tar", ["xJf", archive, "-C", folder.FullName])))
            {
                tar!.WaitForExit();
                Assert.SkipUnless(tar.ExitCode == 0, "tar or xz is missing on this machine");
            }

            var (named, files) = (0, 0);
            foreach (var file in folder.EnumerateFiles("*.json", SearchOption.AllDirectories).Where(file => file.Name != "variant.json"))
            {
                var recording = Assert.IsType<Recording.Response>(RecordingFile.Read(file.FullName).Single());
                var relative = Path.GetRelativePath(folder.FullName, file.FullName);
                var truth = relative.StartsWith("py", StringComparison.Ordinal) ? SurfaceReader.Unknown : "llama.cpp";
                var bare = RecordingFile.Body(recording.Exchange.Response!.Body).Exchange;

                Assert.Equal(truth, Reader.Read([recording.Exchange]).Engine);
                Assert.Contains(Reader.Read([bare]).Engine, (string[])[truth, SurfaceReader.Unknown]);
                named += truth == Reader.Read([bare]).Engine ? 1 : 0;
                files++;
            }

            TestContext.Current.TestOutputHelper?.WriteLine($"{files} files, {named} named from the body alone");
            Assert.True(files > 3000);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
