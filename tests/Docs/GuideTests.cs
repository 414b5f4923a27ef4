using System.CommandLine.Parsing;
using System.Text.Json;
using System.Text.RegularExpressions;
using LisNative.Cli;
using LisNative.Tests.Data;

namespace LisNative.Tests.Docs;

/// <summary>What the documents say can be done is done: each guide from its first snippet to its last, in one folder.</summary>
public sealed partial class GuideTests(GuideTests.Images images) : IClassFixture<GuideTests.Images>
{
    private const string Tool = "lisnative";

    /// <summary>A folder as the guides assume it: model.lis, and images in good/, other/ and new/.</summary>
    public sealed class Images : IDisposable
    {
        private readonly TemporaryFolder folder = new();

        public Images()
        {
            Said = Bash(folder.Path, $"{Tool} demo --images --json --out .");
            Bash(folder.Path, "mv demo.lis model.lis");
        }

        /// <summary>The demo's output.</summary>
        public string Said { get; }

        public TemporaryFolder Copy()
        {
            var copy = new TemporaryFolder();
            Bash(copy.Path, $"cp -r '{folder.Path}'/* .");
            return copy;
        }

        public void Dispose() => folder.Dispose();
    }

    public static TheoryData<string> Guides =>
        [.. Repository.Files("docs/guide", "*.md").Select(f => Path.GetFileName(f))
            .Where(f => !f.StartsWith("engine", StringComparison.Ordinal))];

    public static TheoryData<string> Documents =>
        ["README.md", .. Repository.Files("docs", "*.md").Where(f => !f.Contains("/api/", StringComparison.Ordinal))];

    [Fact]
    public void The_demo_prints_json_alone_and_writes_its_picture_and_model()
    {
        using var json = JsonDocument.Parse(images.Said);
        double before = json.RootElement.GetProperty("aucAutoencoder").GetDouble(),
            after = json.RootElement.GetProperty("aucLis").GetDouble();
        Assert.True(after >= before + 0.03, $"{before} to {after}");
        Assert.True(json.RootElement.GetProperty("seconds").GetDouble() > 0);
        using var copy = images.Copy();
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'],
            File.ReadAllBytes(copy[json.RootElement.GetProperty("picture").GetString()!]).Take(4));
        Assert.EndsWith("demo.lis", json.RootElement.GetProperty("model").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", images.Said, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Guides))]
    public void A_guide_runs_from_its_first_snippet_to_its_last(string guide)
    {
        Requirement.SkipUnlessLong();
        if (guide is "getting-started.md" or "own-data.md" or "benchmarks.md" or "inspection.md" or "signals.md" or "negatives.md"
            or "cluster.md" or "embedding.md")
        {
            // Their commands are the README's and those of the tests of the tool, or take their time by measuring it.
            Requirement.SkipUnlessSoak();
        }

        using var folder = guide == "getting-started.md" ? new TemporaryFolder() : images.Copy();
        var snippets = Snippet.Of($"docs/guide/{guide}");
        Assert.Contains(snippets, s => s.Language == "sh");
        foreach (var snippet in snippets)
        {
            Run(snippet, folder.Path);
        }
    }

    /// <summary>Programs outside the guides stand alone.</summary>
    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/package.md")]
    public void A_program_compiles_and_runs(string document)
    {
        var programs = Snippet.Of(document).Where(s => s.Language == "csharp").ToArray();
        Assert.NotEmpty(programs);
        using var copy = images.Copy();
        Assert.All(programs, program => Run(program, copy.Path));
    }

    /// <summary>Commands that need data or hours are not run here, but they are commands.</summary>
    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_command_is_one_that_the_tool_knows(string document)
    {
        foreach (var snippet in Snippet.Of(document).Where(s => s.Language is "sh" or "console"))
        {
            foreach (Match command in Command().Matches(snippet.Text.Replace("\\\n", "", StringComparison.Ordinal)))
            {
                string arguments = command.Groups[1].Value;
                Assert.True(Program.Root().Parse([.. CommandLineParser.SplitCommandLine(arguments)]).Errors.Count == 0,
                    $"{document}: {Tool} {arguments}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_link_leads_somewhere(string document)
    {
        foreach (Match link in Link().Matches(Repository.Read(document)))
        {
            string target = link.Groups[1].Value.Split('#')[0];
            Assert.True(target.StartsWith("http", StringComparison.Ordinal) || target.StartsWith("xref:", StringComparison.Ordinal)
                || target.Length == 0
                || Path.Exists(Repository.PathOf(Path.GetDirectoryName(document)!, target)),
                    $"{document} links to {target}, which is not there");
        }
    }

    private static void Run(Snippet snippet, string folder)
    {
        if (snippet.Language == "sh")
        {
            Bash(folder, snippet.Text);
        }
        else if (snippet.Language == "csharp")
        {
            Assert.NotEmpty(snippet.RunProgram(folder));
        }
    }

    /// <summary>What a script prints, the tool being the one that was built.</summary>
    private static string Bash(string folder, string script)
    {
        var (code, output, error) = Child.Run(
            folder, "bash", ["-c", $"set -euo pipefail\n{Tool}() {{ dotnet '{Child.Tool}' \"$@\"; }}\nexport -f {Tool}\n{script}"]);
        Assert.True(code == 0, $"{script}\n{output}{error}");
        return output;
    }

    [GeneratedRegex(
        @"(?:^|\| |&& )(?:[A-Z_]+=\S+ )?(?:mpirun -n \d+ )?(?:lisnative|dotnet run -c Release --project src/Cli --) ([^#|\n&<>]*)",
        RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
