using System.Text.RegularExpressions;

namespace LisNative.Tests.Docs;

/// <summary>What the pages for those who read the code say of files is so.</summary>
public sealed partial class DesignTests
{
    private const string Journeys = "docs/design/journeys.md";

    public static TheoryData<string> Pages =>
        ["docs/contributing.md", .. Repository.Files("docs/design", "*.md")];

    private static IEnumerable<string> Files(string text) =>
        File_().Matches(text).Select(m => m.Groups[1].Value).Where(f => !f.Contains("NAME", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_file_that_a_page_names_is_there(string page) =>
        Assert.All(Files(Repository.Read(page)),
            file => Assert.True(Path.Exists(Repository.PathOf(file)), $"{page} names {file}, which is not there"));

    [Fact]
    public void The_architecture_names_every_project() => Assert.All(
        Repository.Files("src", "*.csproj").Select(f => Path.GetDirectoryName(f)),
        folder => Assert.Contains($"\n{folder} ", Repository.Read("docs/design/architecture.md"), StringComparison.Ordinal));

    [Fact]
    public void The_guide_to_the_methods_names_each() => Assert.All(
        Methods.All, m => Assert.Contains($"`{m.Name}`", Repository.Read("docs/guide/methods.md"), StringComparison.Ordinal));

    /// <summary>What a newcomer opens, which says more about the code than about the page.</summary>
    [Theory]
    [InlineData("An image to its score", 15)]
    [InlineData("Add `Sin`", 4)]
    [InlineData("Add a GPU kernel", 8)]
    [InlineData("Add a detector", 5)]
    [InlineData("Why does phase 2 freeze all but one layer?", 6)]
    public void A_journey_is_short(string title, int most)
    {
        string journey = Repository.Read(Journeys).Split("\n## ").Single(part => part.StartsWith(title + "\n", StringComparison.Ordinal));
        Assert.InRange(Files(journey).Distinct().Count(), 1, most);
    }

    /// <summary>Claim, table, command, spread.</summary>
    [Theory]
    [InlineData("accuracy")]
    [InlineData("distributed")]
    [InlineData("gpu")]
    [InlineData("mutation")]
    [InlineData("numerics")]
    [InlineData("performance")]
    [InlineData("reliability")]
    [InlineData("service")]
    [InlineData("settings")]
    [InlineData("tables")]
    [InlineData("theory")]
    public void A_page_of_evidence_says_what_is_claimed_how_it_is_measured_and_how_far_it_swings(string name)
    {
        string page = Repository.Read($"docs/evidence/{name}.md");
        Assert.All((string[])["**Claim.**", "|---", "```", "**Spread.**"], part => Assert.Contains(part, page, StringComparison.Ordinal));
        Assert.InRange(page.Count(c => c == '\n'), 1, 120);
    }

    [GeneratedRegex(@"`((?:src|tests|eng|bench|samples|docs|\.ci)/[\w./-]*\w)`")]
    private static partial Regex File_();
}
