using LisNative.Tests.Architecture;
using LisNative.Tests.Data;

namespace LisNative.Tests.Readme;

/// <summary>What the README says is what happens.</summary>
public class ReadmeTests
{
    private static readonly string Root = ArchitectureTests.FindRoot();
    private static readonly string Readme = File.ReadAllText(Path.Combine(Root, "README.md"));

    [Fact]
    public void Program_is_the_one_that_runs()
    {
        string[] lines = [.. Readme.Split("```csharp\n")[1].Split("```")[0].Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0)];
        string[] compiled = [.. File.ReadLines(Path.Combine(Root, "tests", "Readme", "Example.cs")).Select(l => l.Trim())];
        int at = 0;
        foreach (string line in lines)
        {
            int found = Array.IndexOf(compiled, line, at);
            Assert.True(found >= 0, $"the README's line is not in Example.cs: {line}");
            at = found + 1;
        }

        using var folder = new TemporaryFolder();
        string before = Directory.GetCurrentDirectory();
        Directory.SetCurrentDirectory(folder.Path);
        try
        {
            ReadmeExample.Example.Run();
            Assert.True(File.Exists(folder["model.lis"]));
        }
        finally
        {
            Directory.SetCurrentDirectory(before);
        }
    }

    [Fact]
    public void Linked_files_exist()
    {
        foreach (string link in Readme.Split("](")[1..].Select(p => p.Split(')')[0]).Where(l => !l.StartsWith("http", StringComparison.Ordinal)))
        {
            Assert.True(File.Exists(Path.Combine(Root, link)), $"the README links to {link}, which is not there");
        }
    }

    [Fact]
    public void Continuous_integration_runs_the_test_command() =>
        Assert.Contains(Readme.Split("```sh\n")[2].Split("\n```")[0], File.ReadAllText(Path.Combine(Root, ".ci", "run")), StringComparison.Ordinal);
}
