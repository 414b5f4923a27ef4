using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using LisNative.Cli;
using LisNative.Cli.Inspecting;
using LisNative.Cli.Report;
using LisNative.Data;
using LisNative.Random;
using LisNative.Scoring;
using LisNative.Training;
using PuppeteerSharp;

namespace LisNative.Tests.Cli;

/// <summary>The page that evaluate writes, and its threshold moved in a headless browser.</summary>
[Collection(Child.Tests)]
public sealed partial class EvaluateReportTests : InFolder
{
    private (JsonElement Measured, string Page) Reported(params string[] arguments)
    {
        var measured = JsonElement.Parse(folder.Done(["evaluate", .. arguments, "--json", "--report", "page.html"]).Output);
        Assert.Equal("page.html", measured.GetProperty("report").GetString());
        return (measured, File.ReadAllText(folder["page.html"]));
    }

    private void Surfaces()
    {
        const int Size = 32;
        var random = new Philox(5);
        void Write(string place, Dataset set) => PngFiles.Write(folder[place], set, i => $"{i:D3}");
        Write("s/train/good", TexturedSurfaces.Good(60, random.FoldIn(1), Size, Size));
        Write("s/test/good", TexturedSurfaces.Good(10, random.FoldIn(2), Size, Size));
        foreach (string kind in new[] { "hole", "scratch" })
        {
            var (faulty, masks) = TexturedSurfaces.Faulty(kind, 8, random.FoldIn(3), Size, Size);
            Write($"s/test/{kind}", faulty);
            Write($"s/ground_truth/{kind}", masks);
        }
    }

    private (JsonElement Measured, string Page) OfSurfaces()
    {
        Surfaces();
        return Reported("--folder", "s", "--method", "linear-ae", "--false-alarms", "0.3");
    }

    [Fact]
    public void The_page_has_the_figures_and_the_pictures_worth_a_look_and_names_nothing_outside_itself()
    {
        var (measured, page) = OfSurfaces();
        foreach (string figure in new[] { "auroc", "averagePrecision", "f1Max", "pixelAuroc", "aupro" })
        {
            Assert.Contains(FormattableString.Invariant($"<td>{measured.GetProperty(figure).GetDouble():F4}</td>"), page,
                StringComparison.Ordinal);
        }

        foreach (var kind in measured.GetProperty("kinds").EnumerateArray())
        {
            Assert.Contains(FormattableString.Invariant(
                $"{kind.GetProperty("name").GetString()}</th><td>8</td><td>{kind.GetProperty("auroc").GetDouble():F4}</td>"), page,
                StringComparison.Ordinal);
        }

        Assert.Equal(18, Cards().Count(page));
        Assert.Equal(18, Regex.Count(page, "<use href=\"#picture"));
        Assert.Equal(12, Regex.Count(page, "<path class=\"edge\" d=\"M"));
        Assert.DoesNotContain("http", Links().Replace(page, ""), StringComparison.Ordinal);
        string[] lists = page.Split("<h2>Worst false alarms")[1].Split("<h2>");
        Assert.Equal(6, Regex.Count(lists[0], "</b> good, score"));
        double[] missed = Scores(lists[1]), clear = Scores(lists[2]);
        Assert.Equal(missed.Order(), missed);
        Assert.Equal(clear.OrderDescending(), clear);
        Assert.True(clear[^1] >= missed[^1]);
    }

    private static double[] Scores(string list) =>
        [.. Cards().Matches(list).Select(m => double.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture))];

    [Fact]
    public async Task The_threshold_moves_rates_counts_and_marks_and_begins_where_normal_data_chose_it()
    {
        Requirement.SkipUnless(ReportTests.Browser is not null, "browser", "no Chromium is here");
        var (measured, written) = OfSurfaces();
        await using var browser = await Puppeteer.LaunchAsync(
            new LaunchOptions { ExecutablePath = ReportTests.Browser, Args = ["--no-sandbox"] });
        var page = await browser.NewPageAsync();
        var (fetched, errors) = (new List<string>(), new List<string>());
        page.Request += (_, e) => fetched.Add(e.Request.Url);
        page.PageError += (_, e) => errors.Add(e.Message);
        await page.SetViewportAsync(new() { Width = 360, Height = 800 });
        await page.SetJavaScriptEnabledAsync(false);
        await page.GoToAsync($"file://{folder["page.html"]}");
        string without = await page.EvaluateExpressionAsync<string>("document.querySelector('section').innerText");
        await page.SetJavaScriptEnabledAsync(true);
        await page.ReloadAsync();
        Assert.All(fetched, url => Assert.True(
            url.StartsWith("data:", StringComparison.Ordinal) || url.EndsWith("/page.html", StringComparison.Ordinal), url));
        Assert.Equal(360, await page.EvaluateExpressionAsync<int>("document.documentElement.scrollWidth"));
        string moved = "Move it\nas normal data chose it\n",
            with = await page.EvaluateExpressionAsync<string>("document.querySelector('section').innerText");
        Assert.Equal(Blanks().Replace(without, " "), Blanks().Replace(with, " ").Replace(Blanks().Replace(moved, " "), "",
            StringComparison.Ordinal));

        using var numbers = JsonDocument.Parse(Numbers().Match(written).Groups[1].Value);
        double[] All(JsonElement scores) => [.. scores.EnumerateArray().Select(s => s.GetDouble())];
        double[] good = All(numbers.RootElement.GetProperty("good"));
        double[][] kinds = [.. numbers.RootElement.GetProperty("kinds").EnumerateArray().Select(All)];
        await Agrees(measured.GetProperty("threshold").GetSingle());
        Assert.Equal(100 * measured.GetProperty("falseAlarmRate").GetDouble(), await Percent("falseAlarms"), 0.051);
        Assert.Equal(100 * measured.GetProperty("missRate").GetDouble(), await Percent("missed"), 0.051);

        var (least, most) = (Data("least"), Data("most"));
        double line = -1;
        foreach (int position in new[] { 0, 250, 400, 1000 })
        {
            await page.EvaluateFunctionAsync(
                "position => { const s = document.querySelector('#threshold'); s.value = position; s.dispatchEvent(new Event('input')); }",
                position);
            await Agrees(least + (position / 1000.0 * (most - least)));
            double now = await page.EvaluateExpressionAsync<double>(
                "document.querySelector('path.threshold').transform.baseVal[0].matrix.e");
            Assert.True(now > line);
            line = now;
        }

        await page.FocusAsync("#threshold");
        await page.Keyboard.PressAsync("ArrowLeft");
        await Agrees(least + (0.999 * (most - least)));
        await page.ClickAsync("button");
        await Agrees(measured.GetProperty("threshold").GetSingle());
        Assert.Empty(errors);

        double Data(string name) =>
            double.Parse(Regex.Match(written, $"data-{name}=\"([^\"]+)\"").Groups[1].Value, CultureInfo.InvariantCulture);
        async Task<string> Text(string name) =>
            await page.EvaluateExpressionAsync<string>($"document.querySelector('[data-value={name}]').textContent");
        async Task<double> Percent(string name) =>
            double.Parse((await Text(name)).Replace(" %", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        async Task Agrees(double alpha)
        {
            int wrong = good.Count(s => s > alpha), found = kinds.Sum(k => k.Count(s => s > alpha)), faulty = kinds.Sum(k => k.Length);
            Assert.Equal($"{wrong}", await Text("falsePositives"));
            Assert.Equal($"{good.Length - wrong}", await Text("trueNegatives"));
            Assert.Equal($"{found}", await Text("truePositives"));
            Assert.Equal($"{faulty - found}", await Text("falseNegatives"));
            Assert.Equal(kinds.Select(k => $"{k.Count(s => s <= alpha)}"), await page.EvaluateExpressionAsync<string[]>(
                "[...document.querySelectorAll('.kinds .missed')].map(c => c.textContent)"));
            Assert.Equal(Scores(written).Count(s => s > alpha), await page.EvaluateExpressionAsync<int>(
                "[...document.querySelectorAll('.card.flagged .verdict')].filter(v => v.textContent === 'flagged').length"));
            double[] point = await page.EvaluateExpressionAsync<double[]>(
                "(p => [p.cx.baseVal.value, p.cy.baseVal.value])(document.querySelector('.point'))");
            Assert.Equal([62 + (wrong / (double)good.Length * 332), 12 + ((1 - (found / (double)faulty)) * 332)],
                point.Select(p => Math.Round(p, 3)), (a, b) => Math.Abs(a - b) < 0.01);
        }
    }

    [Fact]
    public void Of_tables_the_rows_are_listed_with_the_columns_that_made_them_beside_normal_ranges()
    {
        string Rows(int count, int seed, double offset) => "a,b & c,d\n" + string.Concat(Enumerable.Range(0, count).Select(i =>
        {
            var random = new Philox((ulong)seed);
            float x = random.Normal((ulong)i), noise = random.Normal((ulong)(1000 + i));
            return FormattableString.Invariant($"{x},{x + (0.1 * noise) + offset},{i % 7}\n");
        }));
        folder.Write("normal.csv", Rows(200, 1, 0));
        folder.Write("good.csv", Rows(50, 2, 0));
        folder.Write("bad.csv", Rows(30, 3, 2));
        string[] data = ["--normal", "normal.csv", "--test", "good.csv", "bad.csv"];
        var (_, page) = Reported([.. data, "--method", "linear-ae", "--set", "rank=1"]);
        Assert.Equal(18, Cards().Count(page));
        const string Reason = "<tr><th scope=\"row\">b &amp; c</th><td( class=\"outside\")?>-?[0-9.]+</td><td>-[0-9.]+ to [0-9.]+</td>"
            + "<td><span class=\"share\"";
        Assert.Matches($"(?s)<td>bad.csv#[0-9]+</td><td>bad</td>.*{Reason}", page);
        Assert.DoesNotContain("<image", page, StringComparison.Ordinal);
        (_, page) = Reported([.. data, "--method", "kde", "--false-alarms", "0.001"]);
        Assert.Equal(18, Cards().Count(page));
        Assert.Matches(Reason, page);
        Assert.Contains("<b data-value=\"threshold\">∞</b>", page, StringComparison.Ordinal);
        Assert.Contains("\"threshold\":null", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_says_what_was_looked_at()
    {
        Surfaces();
        var (_, page) = Reported("--folder", "s", "--method", "linear-ae", "--patches", "16/8", "--false-alarms", "0.3");
        Assert.Contains("<th scope=\"row\">patches</th><td>16/8</td>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Whoever_asks_is_told_how_many_pictures_are_scored()
    {
        Surfaces();
        var told = new List<TrainingProgress>();
        var test = TestSet.Open([folder["s/test"]], folder["s/ground_truth"], ReadOptions.Default);
        using var detector = new LinearAutoencoderOptions { Rank = 4 }.FitOn(ImageFiles.ReadFolder(folder["s/train/good"]));
        _ = new Inspection(detector, test, ReadOptions.Default, new Told(told.Add));
        Assert.Equal([0, 10, 18, 26], told.Select(t => t.Step));
        Assert.All(told, t => Assert.Equal((26, "pictures"), (t.Steps, t.Counted)));
    }

    [Fact]
    public void A_page_that_cannot_be_written_is_refused_before_training()
    {
        Surfaces();
        folder.Write("file", [1]);
        void Refused(string part, params string[] arguments) =>
            folder.Refuses([part], ["evaluate", .. arguments, "--method", "linear-ae", "--json"]);
        Refused("file/page.html: cannot be written", "--folder", "s", "--report", "file/page.html");
        Refused("s: expected a file to write, found a folder", "--folder", "s", "--report", "s");
        foreach (string input in new[] { "s/test/hole/003.png", "s/train/good/003.png", "s/ground_truth/hole/003.png" })
        {
            Refused("--report: expected a place apart from what is read", "--folder", "s", "--report", input);
        }

        Refused("--report: expected none with a data set, found one",
            "--dataset", "mnist", "--normal-class", "1", "--data", "x", "--report", "page.html");
        Assert.Empty(Directory.GetFiles(folder.Path, "*.partial"));
    }

    [Fact]
    public void The_curve_has_the_area_that_is_told()
    {
        float[] good = [1, 2, 2, 3, 5, 5], faulty = [2, 3, 3, 5, 8];
        var points = Metrics.Roc(good, faulty);
        double area = points.Zip(points[1..], (a, b) => (b.FalseAlarms - a.FalseAlarms) * (a.Found + b.Found) / 2).Sum();
        Assert.Equal(Metrics.Auc(good, faulty), area, 12);
        Assert.Equal((0, 0), points[0]);
        Assert.Equal((1, 1), points[^1]);
    }

    [Theory]
    [InlineData(new[] { 1f, 2, 3, 4 }, false, "1 2 3 4")]
    [InlineData(new[] { 0.1f, 0.2f, 0.3f, 20 }, true, "0.1 0.2 0.5 1 2 5 10 20")]
    [InlineData(new[] { -1f, 0, 1, 100 }, false, "0 20 40 60 80 100")]
    [InlineData(new[] { 3f, 3 }, false, "3")]
    public void The_axis_suits_the_scores(float[] scores, bool isLogarithmic, string ticks)
    {
        var axis = new ScoreAxis(scores, float.PositiveInfinity);
        Assert.Equal(isLogarithmic, axis.IsLogarithmic);
        Assert.Equal(1, axis.Share(double.PositiveInfinity));
        Assert.All(scores, s => Assert.InRange(axis.Share(s), 0.001, 0.999));
        Assert.Superset(ticks.Split(' ').ToHashSet(), axis.Ticks().Select(t => t.Text).ToHashSet());
    }

    [Fact]
    public void A_mask_is_drawn_around()
    {
        bool[] mask = new bool[4 * 4];
        (mask[5], mask[6]) = (true, true);
        Assert.Equal("M1 1h2M1 2h2M1 1v1M3 1v1", MaskOutline.Path((mask, 4), 4, 4));
        Assert.Equal("M0 0h2M0 1h2M0 0v1M2 0v1", MaskOutline.Path((mask, 4), 2, 2));
    }

    [GeneratedRegex("class=\"card[^>]*data-score=\"([^\"]+)\"")]
    private static partial Regex Cards();

    [GeneratedRegex("base64,[A-Za-z0-9+/=]*")]
    private static partial Regex Links();

    [GeneratedRegex("<script type=\"application/json\">(.*)</script>")]
    private static partial Regex Numbers();

    [GeneratedRegex("\\s+")]
    private static partial Regex Blanks();
}
