using System.Text.Json;

namespace LisNative.Tests.Cli;

/// <summary>What the tool says on standard error of work that takes long: lines for people, one JSON object a line, or nothing.</summary>
[Collection(Child.Tests)]
public sealed class LogTests : InFolder
{
    public LogTests() => File.WriteAllLines(folder["t.csv"], Enumerable.Range(0, 100).Select(i => $"{i % 7},{i % 5},{i * i % 11}"));

    /// <summary>The lines on standard error of a training whose phase ends by convergence, and says so; and a warning.</summary>
    private string[] Said(params string[] more)
    {
        var (output, error) = folder.Done(
            ["train", "--normal", "t.csv", "--negative", "t.csv", "--method", "ae", "--out", "m.lis", "--json", .. more]);
        Assert.NotEqual(default, JsonElement.Parse(output));
        return error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    [Fact]
    public void People_get_plain_lines_without_escapes()
    {
        string[] lines = Said();
        Assert.Contains(lines, l => l.StartsWith("warning: ae does not learn from negatives", StringComparison.Ordinal));
        Assert.Matches(@"^feature extraction: epoch \d+, step (\d+) of \1, loss \d.*, ended: .*, \d+ s$",
            Assert.Single(lines, l => l.Contains("ended:", StringComparison.Ordinal)));
        Assert.DoesNotContain(lines, l => l.Contains('\e'));
    }

    [Fact]
    public void Quiet_leaves_warnings_alone()
    {
        string[] lines = Said("--quiet");
        Assert.NotEmpty(lines);
        Assert.All(lines, l => Assert.StartsWith("warning: ", l, StringComparison.Ordinal));
    }

    [Fact]
    public void Json_has_an_object_a_line()
    {
        JsonElement[] lines = [.. Said("--log", "json").Select(l => JsonElement.Parse(l))];
        Assert.All(lines, l => Assert.True(l.GetProperty("time").GetDateTime() > DateTime.UtcNow.AddHours(-1)));
        Assert.Contains(lines, l => l.GetProperty("level").GetString() == "warning");
        var ended = Assert.Single(lines, l => l.TryGetProperty("phase", out _));
        Assert.Equal(("info", "feature extraction"), (ended.GetProperty("level").GetString(), ended.GetProperty("phase").GetString()));
        Assert.Equal(ended.GetProperty("steps").GetInt32(), ended.GetProperty("step").GetInt32());
        Assert.Equal(ended.GetProperty("epochs").GetInt32(), ended.GetProperty("epoch").GetInt32());
        Assert.True(double.IsFinite(ended.GetProperty("loss").GetDouble() + ended.GetProperty("heldOutLoss").GetDouble()));
        Assert.True(ended.GetProperty("seconds").GetDouble() > 0);
    }

    /// <summary>Of times there is a line every ten seconds, too, with the case under way.</summary>
    [Fact]
    public void Times_tell_how_far_they_are()
    {
        Requirement.SkipUnlessLong();
        using var process = folder.Start("bench", "--only", "mnist.score_b128", "--repeat", "1000000", "--json", "--log", "json");
        var line = JsonElement.Parse(process.StandardError.ReadLine()!);
        process.Kill();
        Assert.Equal(("timing", 1), (line.GetProperty("phase").GetString(), line.GetProperty("steps").GetInt32()));
        Assert.Matches(
            @"^timing: 0 %, 0 of 1 cases, now (the ceilings|mnist\.score_b128), \d+ s$", line.GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("methods nosuch --log json", "found \"nosuch\"")]
    [InlineData("nosuch --log json", "found \"nosuch\" (lisnative --help shows the usage)")]
    [InlineData("inspect none.lis --log json --debug", "none.lis: cannot be read")]
    public void An_error_is_an_object_too(string arguments, string problem)
    {
        var (code, _, error) = folder.Run(arguments.Split(' '));
        var line = JsonElement.Parse(Assert.Single(error.Trim().Split('\n')));
        Assert.Equal((2, "error"), (code, line.GetProperty("level").GetString()));
        Assert.Contains(problem, line.GetProperty("message").GetString(), StringComparison.Ordinal);
    }
}
