using System.Text.RegularExpressions;
using LisNative.Random;

namespace LisNative.Tests.Cli;

/// <summary>
/// The tool knows no culture; the libraries run in programs that have one. So the tool runs with its users' cultures switched on: decimal
/// commas, a Turkish i, digits, minus signs and calendars of other kinds change no byte of what it reads and writes.
/// </summary>
[Collection(Child.Tests)]
public sealed partial class CultureTests : InFolder
{
    public CultureTests()
    {
        string settings = File.ReadAllText(Path.ChangeExtension(Child.Tool, ".runtimeconfig.json"));
        folder.Write("cultured.json", Invariant().Replace(settings, "$1false"));
        var random = new Philox(1);
        File.WriteAllLines(folder["normal.csv"], Enumerable.Range(0, 200).Select(i => FormattableString.Invariant(
            $"{random.Normal((ulong)i)},{random.Normal((ulong)i + 200) - 3},{1e-7 * random.Normal((ulong)i + 400)}")).Prepend("id,I,c"));
    }

    [Theory]
    [InlineData("de-DE", "Nutzung:")]
    [InlineData("tr-TR", "Kullanım:")]
    [InlineData("fa-IR", null)]
    public void A_culture_changes_nothing(string culture, string? usage)
    {
        if (culture != "tr-TR")
        {
            Requirement.SkipUnlessSoak();
        }

        if (usage is not null)
        {
            Assert.Contains(usage, Run(culture, "methods", "--help").Output, StringComparison.Ordinal);
        }

        string[] train =
            ["train", "--normal", "normal.csv", "--method", "mahalanobis", "--set", "shrinkage=0.125", "--out", "m.lis", "--json"];
        string[][] commands =
        [
            ["score", "normal.csv", "--model", "m.lis", "--false-alarms", "0.125"],
            ["score", "normal.csv", "--model", "m.lis", "--false-alarms", "0,125"],
            ["score", "normal.csv", "--model", "m.lis", "--explain-columns", "1", "--format", "jsonl"],
            ["inspect", "m.lis"],
        ];
        (int Code, string Output, string Error)[] Said(string? of) => [Run(of, train), .. commands.Select(c => Run(of, c))];
        var (expected, model) = (Said(null), File.ReadAllBytes(folder["m.lis"]));
        Assert.Equal([0, 0, 2, 0, 0], expected.Select(s => s.Code));
        Assert.Equal(expected, Said(culture));
        Assert.Equal(model, File.ReadAllBytes(folder["m.lis"]));
    }

    private (int Code, string Output, string Error) Run(string? culture, params string[] arguments) => culture is null
        ? Timeless(folder.Run(arguments))
        : Timeless(Child.Run(folder.Path, "dotnet", ["exec", "--runtimeconfig", folder["cultured.json"], Child.Tool, .. arguments],
            environment: new Dictionary<string, string> { ["LC_ALL"] = $"{culture.Replace('-', '_')}.UTF-8" }));

    private static (int Code, string Output, string Error) Timeless((int Code, string Output, string Error) said) =>
        said with { Output = Seconds().Replace(said.Output, "$1") };

    [GeneratedRegex("(Globalization.Invariant\": )true")]
    private static partial Regex Invariant();

    [GeneratedRegex("""("seconds": )[\d.]+""")]
    private static partial Regex Seconds();
}
