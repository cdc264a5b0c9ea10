using Hspi.Collection;
using Hspi.Datasets;
using Hspi.Probes;
using Hspi.Tests;

namespace Hspi.Core.Tests.Datasets;

public sealed class DatasetMergeTests
{
    private static readonly ProbeLibrary Library = new(Repository.PathOf("probes"));
    private static readonly ProbeSet Set = Library.Make("random-words", count: 3);

    [Fact]
    public void An_answer_that_stands_in_two_files_is_kept_once()
    {
        var one = new Dataset(SomeRows.Of(SomeRows.Platform("a"), Set, noise: 1));
        var two = new Dataset([.. SomeRows.Of(SomeRows.Platform("a"), Set, noise: 1), .. SomeRows.Of(SomeRows.Platform("b"), Set, noise: 2)]);

        var joined = DatasetMerge.Join([("one", one), ("two", two)]);

        Assert.Equal(two.Rows.Count, joined.Rows.Count);
    }

    [Fact]
    public void Two_answers_of_one_platform_to_one_question_are_refused_with_both_files()
    {
        var one = new Dataset(SomeRows.Of(SomeRows.Platform("a"), Set, noise: 1));
        var two = new Dataset(SomeRows.Of(SomeRows.Platform("a"), Set, noise: 2));

        var wrong = Assert.Throws<HspiException>(() => DatasetMerge.Join([("one", one), ("two", two)]));

        Assert.Contains("one and two", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_good_dataset_has_no_fault() =>
        Assert.Empty(DatasetCheck.Faults(new Dataset(SomeRows.Of(SomeRows.Platform("a"), Set, noise: 1)), Library));

    [Fact]
    public void A_changed_question_a_lost_step_and_a_disordered_logit_are_found()
    {
        var rows = SomeRows.Of(SomeRows.Platform("a"), Set, noise: 1).ToList();
        rows[0] = rows[0] with { ProbeHash = SomeRows.Hash };
        rows[^1] = rows[^1] with { LogitBits = [.. rows[^1].LogitBits.AsEnumerable().Reverse()] };
        rows.RemoveAt(9);

        var faults = DatasetCheck.Faults(new Dataset(rows), Library);

        Assert.Contains(faults, fault => fault.Contains("asks something else", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.Contains("are not 0 to n", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.Contains("not in order", StringComparison.Ordinal));
    }
}
