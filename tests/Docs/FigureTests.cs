using System.Text.Json;
using System.Text.RegularExpressions;

namespace LisNative.Tests.Docs;

/// <summary>
/// A figure that stands in several places has one value, in docs/evidence/figures.json; a page marks it by a comment before it,
/// <c>&lt;!--=score--&gt;137 µs</c>.
/// </summary>
public sealed partial class FigureTests
{
    private sealed record Figure(string Value, string Unit, string What, string Command, string? In = null)
    {
        internal string Text => Unit.Length == 0 ? Value : $"{Value} {Unit}";
    }

    private static readonly Dictionary<string, Figure> Figures = JsonSerializer.Deserialize<Dictionary<string, Figure>>(
        Repository.Read("docs/evidence/figures.json"), JsonSerializerOptions.Web)!;

    public static TheoryData<string> Names => [.. Figures.Keys];

    [Theory]
    [MemberData(nameof(GuideTests.Documents), MemberType = typeof(GuideTests))]
    public void A_figure_has_its_stored_value(string document)
    {
        foreach (Match mark in Mark().Matches(Repository.Read(document)))
        {
            string name = mark.Groups[1].Value, found = mark.Groups[2].Value;
            Assert.True(Figures.TryGetValue(name, out var figure), $"{document}: no figure {name} in figures.json");
            Assert.True(Regex.IsMatch(found, $@"^{Regex.Escape(figure.Text)}(?![\d.]*\d)"),
                $"{document}: expected {name} to be {figure.Text}, found \"{found}\"");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_stored_figure_is_quoted_says_how_it_is_measured_and_stands_in_its_source(string name)
    {
        var figure = Figures[name];
        Assert.Contains(GuideTests.Documents.Select(d => Repository.Read(d.Data)),
            text => text.Contains($"<!--={name}-->", StringComparison.Ordinal));
        Assert.True(figure is { What.Length: > 0, Command.Length: > 0 });
        Assert.True(figure.In is null
            || Regex.IsMatch(Repository.Read(figure.In), $@"(?<![\d.]){Regex.Escape(figure.Value)}(?!\d)"),
            $"{figure.In} has no {figure.Value}");
    }

    /// <summary>Where figures meet readers first, none stands without its name.</summary>
    [Theory]
    [InlineData("README.md", @"\d (µs|ms|MiB|MB)\b|\b0\.\d{4}\b")]
    [InlineData("docs/guide/embedding.md", @"\d (µs|ms|MiB|MB)\b")]
    [InlineData("docs/guide/methods.md", @"\b0\.\d{4}\b")]
    public void No_figure_is_quoted_without_its_name(string document, string unit) =>
        Assert.DoesNotMatch(unit,
            Mark().Replace(Repository.Read(document), m => m.Groups[2].Value[Figures[m.Groups[1].Value].Text.Length..]));

    [GeneratedRegex(@"<!--=([a-z0-9-]+)-->([^\n<]{0,24})")]
    private static partial Regex Mark();
}
