using System.Globalization;
using System.Text.RegularExpressions;
using LisNative.Cli.Report;
using LisNative.Data;
using LisNative.Experiments;
using LisNative.Random;
using PuppeteerSharp;

namespace LisNative.Tests.Cli;

/// <summary>
/// The report page, opened and driven in a headless browser; skipped by name where there is none, unless LISNATIVE_REQUIRE names browser.
/// </summary>
public sealed partial class ReportTests : InFolder
{
    internal static readonly string? Browser = new[] { "chromium", "chromium-browser", "google-chrome" }
        .SelectMany(name => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    private static Exhibit Exhibit()
    {
        var random = new Philox(3);
        Dataset normal = StrokeDigits.Digits(256, random.FoldIn(1), 8), negatives = StrokeDigits.RandomStrokes(256, random.FoldIn(2)),
            test = StrokeDigits.Digits(200, random.FoldIn(3), 3, 8);
        using var detector = Detector.Fit(
            Device.Cpu, normal, negatives, new LisOptions
            { Width1 = 4, Width2 = 4, Epochs1 = 3, Epochs2 = 3, Batch = 32, NegativePool = 256 });
        return LisNative.Experiments.Exhibit.Create("<one & only>", detector, test.OfClasses(8), "outliers", test.OfClasses(3));
    }

    [Fact]
    public async Task The_slider_moves_rates_line_and_pictures_and_nothing_is_fetched()
    {
        Requirement.SkipUnless(Browser is not null, "browser", "no Chromium is here");
        var exhibit = Exhibit();
        LisNative.Cli.Report.Page.Write(
            folder["report.html"], "A report",
            [ExhibitSection.Html(exhibit),
            ExhibitSection.Html(exhibit with { Title = "without pictures or others", Pictures = null, Other = [[], []] })]);

        await using var browser = await Puppeteer.LaunchAsync(new LaunchOptions { ExecutablePath = Browser, Args = ["--no-sandbox"] });
        var page = await browser.NewPageAsync();
        var (fetched, errors) = (new List<string>(), new List<string>());
        page.Request += (_, e) => fetched.Add(e.Request.Url);
        page.PageError += (_, e) => errors.Add(e.Message);
        await page.GoToAsync($"file://{folder["report.html"]}");
        await page.WaitForSelectorAsync(".above .sample");
        Assert.All(fetched, url => Assert.True(
            url.StartsWith("data:", StringComparison.Ordinal) || url.EndsWith("/report.html", StringComparison.Ordinal), url));
        Assert.Equal("<one & only>", await page.EvaluateExpressionAsync<string>("document.querySelector('h2').textContent"));
        Assert.Equal(0, await page.EvaluateExpressionAsync<int>("[...document.images].filter(i => i.naturalWidth === 0).length"));

        double start = await Rate(page, "false-alarms");
        Assert.InRange(start, 4, 6.1);
        float[] normal = exhibit.Normal[0], other = exhibit.Other[0];
        double line = -1;
        foreach (int position in new[] { 0, 300, 1000 })
        {
            await page.EvaluateFunctionAsync(
                "position => { const s = document.querySelector('input.alpha'); s.value = position; s.dispatchEvent(new Event('input')); }",
                position);
            float least = Math.Min(0, Math.Min(normal[0], other[0])),
                most = Math.Max(Math.Max(normal[^1], other[^1]), Math.Max(exhibit.Normal[1][^1], exhibit.Other[1][^1]));
            double alpha = least + (position / 1000.0 * (most - least));
            Assert.Equal(100.0 * normal.Count(s => s > alpha) / normal.Length, await Rate(page, "false-alarms"), 0.051);
            Assert.Equal(100.0 * other.Count(s => s > alpha) / other.Length, await Rate(page, "other"), 0.051);
            Assert.Equal(Math.Min(4, exhibit.Pictures!.Scores.Count(s => s <= alpha)), await Count(page, ".below .sample"));
            Assert.Equal(Math.Min(4, exhibit.Pictures.Scores.Count(s => s > alpha)), await Count(page, ".above .sample"));
            double now = await page.EvaluateExpressionAsync<double>("parseFloat(document.querySelector('.line').style.left)");
            Assert.True(now > line);
            line = now;
        }

        Assert.Equal("–", await page.EvaluateExpressionAsync<string>("document.querySelectorAll('.other')[1].textContent"));
        Assert.Empty(errors);
    }

    [Fact]
    public void A_page_names_nothing_outside_itself()
    {
        LisNative.Cli.Report.Page.Write(folder["report.html"], "A report", [ExhibitSection.Html(Exhibit())]);
        string page = Links().Replace(File.ReadAllText(folder["report.html"]), "");
        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
        Assert.Contains("&lt;one &amp; only&gt;", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Methods_that_do_not_reconstruct_and_vectors_have_their_page_too()
    {
        Dataset digits = StrokeDigits.Digits(100, new Philox(1), 3),
            rows = new("rows", [2], [.. Enumerable.Range(0, 200).Select(i => new Philox(2).Normal((ulong)i))], new int[100]);
        using var density = new KernelDensityOptions().FitOn(digits);
        using var forest = new IsolationForestOptions().FitOn(rows);
        Exhibit images = LisNative.Experiments.Exhibit.Create("kde", density, digits, "negatives", null),
            vectors = LisNative.Experiments.Exhibit.Create("forest", forest, rows, "negatives", rows);
        Assert.Single(images.Pictures!.Rows);
        Assert.Null(vectors.Pictures);
        Assert.Contains("Rows: inputs. Green", ExhibitSection.Html(images), StringComparison.Ordinal);
        Assert.DoesNotContain("<h3>", ExhibitSection.Html(vectors), StringComparison.Ordinal);
    }

    private static async Task<double> Rate(IPage page, string name) =>
        double.Parse((await page.EvaluateExpressionAsync<string>($"document.querySelector('.{name}').textContent"))
            .Replace(" %", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);

    private static Task<int> Count(IPage page, string selector) =>
        page.EvaluateExpressionAsync<int>($"document.querySelector('.exhibit').querySelectorAll('{selector}').length");

    [GeneratedRegex("base64,[A-Za-z0-9+/=]*")]
    private static partial Regex Links();
}
