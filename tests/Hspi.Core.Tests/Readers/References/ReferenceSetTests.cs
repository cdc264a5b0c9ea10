using Hspi.Core.Tests.Datasets;
using Hspi.Datasets;
using Hspi.Networks.Text;
using Hspi.Probes;
using Hspi.Readers;
using Hspi.Readers.References;
using Hspi.Tests;

namespace Hspi.Core.Tests.Readers.References;

public sealed class ReferenceSetTests
{
    private static readonly ProbeSet Set = SomeRows.Prompts(count: 3);
    private static readonly IReadOnlyList<DatasetRow> A = SomeRows.Of(SomeRows.Platform("a"), Set, noise: 1);
    private static readonly IReadOnlyList<DatasetRow> B = SomeRows.Of(SomeRows.Platform("b"), Set, noise: 2);

    private static IEnumerable<PromptProbe> Prompts => Set.Probes.Cast<PromptProbe>();

    [Fact]
    public void Prompts_come_in_the_order_of_the_probes_each_once_and_no_more_than_asked_for()
    {
        Assert.Equal(["prompt 1 0", "prompt 1 1", "prompt 1 2"], Of([.. A, .. B]).Prompts.Select(prompt => prompt.Text));
        Assert.Equal(["prompt 1 0", "prompt 1 1"], ReferenceSet.Of(new Dataset([.. A, .. B]), Prompts.Concat(Prompts), Words(), most: 2).Prompts.Select(prompt => prompt.Text));
        Assert.Equal(3, Of([.. A, .. B]).Prompts[0].NewTokens);
    }

    [Fact]
    public void Only_prompts_that_every_platform_answered_are_taken()
    {
        var first = Set.Probes[0].ContentHash;

        Assert.Equal(["prompt 1 0"], Of([.. A, .. B.Where(row => row.ProbeHash == first)]).Prompts.Select(prompt => prompt.Text));
        Assert.Equal(["prompt 1 1", "prompt 1 2"], Of([.. A, .. B.Select(row => row.ProbeHash == first ? row with { Unsupported = "no" } : row)]).Prompts.Select(prompt => prompt.Text));
    }

    [Fact]
    public void Steps_stand_in_their_order_whatever_the_order_of_the_rows()
    {
        var (one, other) = (Of([.. A, .. B]), Of([.. A.Reverse(), .. B.Reverse()]));

        Assert.Equal(3, one.Classes[0].Answers[0].Count);
        Assert.Equal(
            one.Classes.Single(enrolled => enrolled.Members[0].Engine == "a").Answers[0].Select(step => step.Token),
            other.Classes.Single(enrolled => enrolled.Members[0].Engine == "a").Answers[0].Select(step => step.Token));
    }

    [Fact]
    public void The_first_repetition_stands_for_all()
    {
        var again = B.Select(row => row with { Sample = 1, LogSum = row.LogSum + 1 });

        Assert.Equal(Of([.. A, .. B]).Classes[1].Answers[0][0].Logprobs, Of([.. A, .. B, .. again]).Classes[1].Answers[0][0].Logprobs);
    }

    [Fact]
    public void A_refused_repetition_says_nothing_about_steadiness()
    {
        var (first, refused) = (Enrolled(sample: 0), Enrolled(sample: 1).Select(row => row with { Unsupported = "HTTP 429" }).ToList());

        Assert.Equal(Repeats.Agree, Assert.Single(Of([.. first, .. Enrolled(sample: 1)]).Classes).Repeats);
        var partly = Assert.Single(Of([.. first, .. refused[..1], .. Enrolled(sample: 1).Skip(3)]).Classes);
        Assert.Equal((Repeats.Unknown, false), (partly.Repeats, partly.IsNoisy));
        Assert.Equal(Repeats.Unknown, ReferenceSet.RepeatsOf([.. first, .. refused]));
        Assert.Equal(Repeats.Unknown, ReferenceSet.RepeatsOf([.. refused.Select(row => row with { Sample = 0 })]));
    }

    [Fact]
    public void A_prompt_that_was_refused_at_first_and_answered_later_is_not_taken()
    {
        var (first, again) = (Enrolled(sample: 0), Enrolled(sample: 1));

        Assert.Equal(["prompt 1 1", "prompt 1 2"], Of([.. first.Select((row, index) => index < 3 ? row with { Unsupported = "HTTP 429" } : row), .. again]).Prompts.Select(prompt => prompt.Text));
    }

    [Fact]
    public void A_prompt_is_counted_as_its_servers_did_and_as_the_tokenizer_of_local_platforms_does()
    {
        var served = Enrolled(sample: 0).Select(row => row with { PromptTokens = 40 }).ToList();

        Assert.Equal([40], Of([.. served]).Prompts[0].Counted);
        Assert.Equal([Words().Encode("prompt 1 0").Count, 40], Of([.. A, .. served.Select(row => row with { Engine = "served" })]).Prompts[0].Counted);
        Assert.Empty(Of([.. Enrolled(sample: 0)]).Prompts[0].Counted);
    }

    [Fact]
    public void A_local_answer_gives_the_logprob_of_every_logit_that_was_kept_by_the_name_of_its_token()
    {
        var row = A[0];
        var step = Of([.. A, .. B]).Classes.Single(enrolled => enrolled.Members[0].Engine == "a").Answers[0][0];
        var greatest = row.LogitBits.Max(BitConverter.Int32BitsToSingle);

        Assert.Equal(20, step.Logprobs.Count);
        Assert.Equal(Words().NameOf(row.TokenId!.Value), step.Token);
        for (var i = 0; i < row.LogitIds.Count; i++)
        {
            var logprob = (float)((double)BitConverter.Int32BitsToSingle(row.LogitBits[i]) - greatest - row.LogSum!.Value);
            Assert.Equal(logprob, float.Parse(step.Logprobs[Words().NameOf(row.LogitIds[i])], System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public void An_endpoint_s_answer_keeps_the_texts_that_it_sent()
    {
        static DatasetRow Sent(DatasetRow row) => row with { LogSum = null, LogitBits = [], LogitIds = [], Token = " x", TopTokens = [" x", " y", " x"], TopLogprobs = ["-0.5", "-1.25", "-9"] };

        var step = Of([.. A.Select(Sent)]).Classes[0].Answers[0][0];

        Assert.Equal(" x", step.Token);
        Assert.Equal(new Dictionary<string, string> { [" x"] = "-0.5", [" y"] = "-1.25" }, step.Logprobs);
    }

    private static List<DatasetRow> Enrolled(int sample) => [.. A.Select(row => row with { OriginWord = AnswerOrigin.Endpoint.Word(), Sample = sample })];

    private static ReferenceSet Of(DatasetRow[] rows) => ReferenceSet.Of(new Dataset(rows), Prompts, Words(), most: 10);

    private static Tokenizer Words()
    {
        var file = Repository.PathOf("trained/networks/tokenizer.json");
        return Tokenizer.Parse(File.ReadAllText(file), file);
    }
}
