using LisNative.Experiments;

namespace LisNative.Tests.Experiments;

/// <summary>What the paper says in words, as comparisons: its own numbers must bear them out, or they are not its claims.</summary>
public sealed class ClaimTests
{
    private static readonly PaperClaims Claims = new(new PaperTables(Settings.Own, quick: false));

    /// <summary>
    /// Its tables contradict its words twice: «almost always» is 61 of 70, and LinSep does not mitigate what dogs do to cats.
    /// </summary>
    [Fact]
    public void The_papers_numbers_bear_its_words_out()
    {
        var exceptions = Claims.All.Select(c => (c.Statement, All: c.Comparisons.Count,
            Holding: c.Comparisons.Count(p => p.Difference(e => e.Paper!.Value) > 0))).Where(c => c.Holding < c.All)
            .Select(c => $"{c.Statement}: {c.Holding} of {c.All}");
        Assert.Equal(
            ["LinSep-LIS-AE almost always performs better than LIS-AE: 61 of 70", "LinSep mitigates such harm: 1 of 3"], exceptions);
    }

    [Fact]
    public void No_comparison_is_of_a_number_with_itself() =>
        Assert.All(Claims.All.SelectMany(c => c.Comparisons), c => Assert.Empty(c.More.Intersect(c.Less)));
}
