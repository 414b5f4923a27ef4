using LisNative.Tests.Data;

namespace LisNative.Tests.Docs;

/// <summary>The guide to the engine: its programs print what stands beneath them, page after page in one folder.</summary>
public class EngineGuideTests
{
    public static TheoryData<string> Pages =>
        [.. Repository.Files("docs/guide", "engine*.md").Select(f => Path.GetFileName(f))];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Programs_print_what_stands_beneath_them(string page)
    {
        string printed = "";
        using var folder = new TemporaryFolder();
        foreach (var snippet in Snippet.Of($"docs/guide/{page}"))
        {
            switch (snippet.Language)
            {
                case "csharp":
                    printed = snippet.RunProgram(folder.Path);
                    break;
                case "text":
                    Assert.Equal(Lines(snippet.Text), Lines(printed));
                    break;
                case "fsharp":
                    Assert.Contains(snippet.Text, Repository.Read("samples/FSharp/Program.fs"), StringComparison.Ordinal);
                    break;
            }
        }
    }

    private static string[] Lines(string text) => [.. text.TrimEnd().Split('\n').Select(line => line.TrimEnd())];
}
