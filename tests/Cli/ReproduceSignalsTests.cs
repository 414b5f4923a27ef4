using System.Text.Json;

namespace LisNative.Tests.Cli;

/// <summary>reproduce signals: what was measured stays, and is not measured again.</summary>
[Collection(Child.Tests)]
public sealed class ReproduceSignalsTests : InFolder
{
    [Fact]
    public void What_is_stored_is_printed_and_what_depends_on_something_else_is_measured()
    {
        string[] asked = ["reproduce", "signals", "--rows", "moving z-score", "--json", "--out", "r"];
        string first = folder.Done(asked).Output;
        string[] lines = File.ReadAllLines(folder["r/results.jsonl"]);
        Assert.Equal(4, lines.Length);

        // A stored figure is taken as it is; one that was cut off is measured again.
        using var one = JsonDocument.Parse(lines[0]);
        string auroc = one.RootElement.GetProperty("auroc").GetRawText();
        string changed = lines[0].Replace($"\"auroc\":{auroc}", "\"auroc\":0.125", StringComparison.Ordinal);
        folder.Write("r/results.jsonl", $"{changed}\n{lines[1][..40]}\n{lines[2]}\n{lines[3]}\n");
        string again = folder.Done(asked).Output;
        Assert.Equal(first.Replace(auroc, "0.125", StringComparison.Ordinal), again);
        Assert.Equal(5, File.ReadAllLines(folder["r/results.jsonl"]).Length);

        string other = folder.Done([.. asked, "--window", "16"]).Output;
        Assert.NotEqual(again, other);
        Assert.Equal(9, File.ReadAllLines(folder["r/results.jsonl"]).Length);
        Assert.StartsWith("<!-- lisnative -->\nWindows of 16 rows.\n", File.ReadAllText(folder["r/signals.md"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("table1 --window 8", "--window: expected it with signals alone, found it without")]
    [InlineData("signals --window 0", "--window: expected at least 1, found 0")]
    public void Windows_are_those_of_signals(string arguments, string expected) =>
        folder.Refuses([expected], ["reproduce", .. arguments.Split(' '), "--out", "r"]);
}
