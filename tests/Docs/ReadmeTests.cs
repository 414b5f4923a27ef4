namespace LisNative.Tests.Docs;

/// <summary>What the README says is what decides a merge.</summary>
public class ReadmeTests
{
    [Fact]
    public void Continuous_integration_runs_the_test_command() =>
        Assert.Contains(
            Snippet.Of("README.md").Where(s => s.Language == "sh").ElementAt(1).Text.Trim(), Repository.Read(".ci/run"),
            StringComparison.Ordinal);
}
