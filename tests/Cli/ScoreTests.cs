using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using LisNative.Data;
using LisNative.Tests.Data;
using LisNative.Tests.Detectors;

namespace LisNative.Tests.Cli;

/// <summary>score and inspect, on images that lie about in folders.</summary>
[Collection(Child.Tests)]
public sealed class ScoreTests(ScoreTests.Scene scene) : IClassFixture<ScoreTests.Scene>
{
    private const int Side = 8;

    /// <summary>A model of coloured bars, and six images in a folder and its subfolder.</summary>
    public sealed class Scene : IDisposable
    {
        public Scene()
        {
            var options = new LisOptions { Width1 = 8, Width2 = 8, Latent = 4, Epochs1 = 3, Epochs2 = 3, Batch = 32 };
            using var detector = Detector.Fit(Device.Cpu, Coloured(Bars.Horizontal(256, 1)), Coloured(Bars.Diagonal(64, 2)), options);
            detector.Save(Folder["m.lis"]);
            Images = Coloured(Bars.Horizontal(6, 3));
            Scores = detector.Score(Images);
            for (int i = 0; i < Images.Count; i++)
            {
                Write(Name(i), i, 1);
                Assert.Equal(Images.Pixels(i).ToArray(), Sources.Open(Folder[Name(i)]).Pixels(0).ToArray());
            }
        }

        public TemporaryFolder Folder { get; } = new();

        public Dataset Images { get; }

        public float[] Scores { get; }

        public static string Name(int i) => i % 2 == 0 ? $"new/{i}.png" : $"new/a, b/{i}.png";

        /// <summary>One image as a PNG, enlarged.</summary>
        public void Write(string name, int image, int zoom)
        {
            byte[] pixels = Images.Pixels(image).ToArray();
            Folder.Write(name, PngFile.Of(
                Side * zoom, Side * zoom, colour: true, (y, x) =>
                pixels[(y / zoom * Side) + (x / zoom)] is var grey ? (grey, grey, grey) : default));
        }

        public (int Code, string[] Lines, string Error) Score(params string[] arguments) => Score(null, arguments);

        public (int Code, string[] Lines, string Error) Score(string? input, string[] arguments)
        {
            var (code, output, error) = Folder.Run(["score", "--model", "m.lis", .. arguments], input);
            return (code, output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), error);
        }

        public void Dispose() => Folder.Dispose();

        private static Dataset Coloured(Dataset bars) => new(bars.Name, [3, Side, Side],
            [.. bars.ToFloats().Chunk(Side * Side).SelectMany(x => Enumerable.Repeat(x, 3)).SelectMany(x => x)
            .Select(v => (byte)MathF.Round(255 * v))], bars.Labels);
    }

    [Fact]
    public void A_folder_a_pattern_and_standard_input_give_the_scores_of_the_images()
    {
        var folder = scene.Score("new");
        Assert.True(folder.Code == 0, folder.Error);
        Assert.Equal("sample,score,p,anomalous", folder.Lines[0]);
        int[] order = [0, 2, 4, 1, 3, 5];
        for (int line = 0; line < order.Length; line++)
        {
            string name = Scene.Name(order[line]), quoted = name.Contains(',') ? $"\"{name}\"" : name;
            Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"{quoted},{scene.Scores[order[line]]:G9},"),
                folder.Lines[line + 1], StringComparison.Ordinal);
        }

        var pattern = scene.Score("new/**/*.png");
        Assert.Equal(folder.Lines.Order(), pattern.Lines.Order());
        var input = scene.Score("new/4.png\nnew/a, b/1.png\n", ["-", "--format", "jsonl"]);
        Assert.Equal(["new/4.png", "new/a, b/1.png"],
            input.Lines.Select(l => JsonDocument.Parse(l).RootElement.GetProperty("sample").GetString()));
        Assert.Equal([scene.Scores[4], scene.Scores[1]],
            input.Lines.Select(l => JsonDocument.Parse(l).RootElement.GetProperty("score").GetSingle()));
    }

    [Theory]
    [InlineData("new", "6 of 6")]
    [InlineData("new/*.png", "3 of 3")]
    [InlineData("new/0.png new/2.png", "2 of 2")]
    [InlineData("new new/0.png", "7")]
    [InlineData("- < list", "1")]
    public void Who_watches_while_scores_go_elsewhere_is_told_how_far_it_is(string samples, string done)
    {
        Requirement.SkipUnless(File.Exists("/usr/bin/script"), "script", "nothing here runs a program in a terminal");
        scene.Folder.Write("list", "new/0.png\n");
        var (code, output, _) = Child.Run(scene.Folder.Path, "/usr/bin/script",
            ["-qec", $"dotnet '{Child.Tool}' score --model m.lis {samples} > scores.csv", "/dev/null"]);
        Assert.True(code == 0, output);
        Assert.Matches($"\rscoring: (100 %, )?{done} pictures, [0-9.]+ a second, [0-9]+ s\e\\[K\r\n$", output);
    }

    [Fact]
    public void Other_sizes_are_refused_unless_resizing_is_asked_for()
    {
        scene.Write("large.png", 2, 4);
        var (code, lines, error) = scene.Score("large.png");
        Assert.Equal(2, code);
        Assert.Empty(lines);
        Assert.Equal("lisnative: large.png: expected images [3, 8, 8] [channels, height, width], found [3, 32, 32]; "
            + "--resize (of evaluate: --size) scales them",
            error.TrimEnd());
        using var json = JsonDocument.Parse(string.Concat(scene.Score("large.png", "--resize", "--json").Lines));
        Assert.Equal(scene.Scores[2], json.RootElement.GetProperty("scores")[0].GetSingle());
        Assert.Contains("found none", scene.Score("new/*.bmp").Error, StringComparison.Ordinal);
        foreach (var (missing, expected) in new[]
        {
            ("--resise", "expected an option of score or a file, found neither (lisnative score --help lists the options)"),
            ("elsewhere", "expected a file or folder, found nothing"),
        })
        {
            (code, lines, error) = scene.Score("new", missing);
            Assert.Equal((2, $"lisnative: {missing}: {expected}"), (code, error.TrimEnd()));
            Assert.Empty(lines);
        }
    }

    [Fact]
    public void Grey_images_are_refused_by_a_model_of_colour_unless_colour_is_asked_for()
    {
        scene.Folder.Write("grey.png", PngFile.Of(Side, Side, colour: false, (y, x) => ((byte)(y * x), 0, 0)));
        scene.Folder.Write("rgb.png", PngFile.Of(Side, Side, colour: true, (y, x) => ((byte)(y * x), (byte)(y * x), (byte)(y * x))));
        var (code, _, error) = scene.Score("grey.png");
        Assert.Equal(2, code);
        Assert.Contains("--colour rgb", error, StringComparison.Ordinal);
        string[] scores = [.. scene.Score("grey.png", "rgb.png", "--colour", "rgb").Lines.Skip(1)];
        Assert.Equal(scores[1].Split(',')[1..], scores[0].Split(',')[1..]);
        foreach (var (option, text, expected) in new[] { ("--colour", "gray", "grey or rgb"), ("--range", "9..3", "LOW..HIGH") })
        {
            error = scene.Score("rgb.png", option, text).Error;
            Assert.Contains($"{option}: expected {expected}", error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Explanations_are_pictures_and_lines()
    {
        Assert.Equal(0, scene.Score("new", "--explain", "why").Code);
        foreach (string read in new[] { "new/0.png", "new/*.png" })
        {
            var (code, _, error) = scene.Score(read, "--explain", "new");
            Assert.Equal(2, code);
            Assert.Contains("--explain: expected a ", error, StringComparison.Ordinal);
        }

        var lines = File.ReadLines(scene.Folder["why/explanations.jsonl"]).Select(l => JsonDocument.Parse(l).RootElement).ToArray();
        Assert.Equal(6, lines.Length);
        Assert.Equal(scene.Scores[0], lines[0].GetProperty("score").GetSingle());
        Assert.Equal(4, lines[0].GetProperty("directions").GetArrayLength());
        var picture = Sources.Open(scene.Folder[$"why/{lines[0].GetProperty("picture").GetString()}"]);
        int height = (6 * Side) + 4, width = 4 * height;
        Assert.Equal([3, height, width], picture.SampleShape.Sizes.ToArray());

        // The first panel is the image, six pixels for one.
        Assert.Equal(scene.Images.Pixels(0)[(3 * Side) + 5], picture.Pixels(0)[((2 + (3 * 6) + 3) * width) + 2 + (5 * 6) + 3]);
        Assert.Equal("000003-1.png", lines[3].GetProperty("picture").GetString());
    }

    [Fact]
    public void Names_inside_a_zip_lead_nowhere()
    {
        string[] names = ["../../escaped.png", "/escaped.png", "..\\..\\escaped.png", $"{new string('x', 300)}.png", "\u001b[31mred\n.png"];
        using (var zip = ZipFile.Open(scene.Folder["hostile.zip"], ZipArchiveMode.Create))
        {
            foreach (string name in names)
            {
                zip.CreateEntryFromFile(scene.Folder[Scene.Name(0)], name);
            }
        }

        string[] before = Directory.GetFileSystemEntries(scene.Folder.Path);
        Assert.Equal(0, scene.Score("hostile.zip", "--explain", "inside").Code);
        Assert.Equal(names.Length + 1, Directory.GetFiles(scene.Folder["inside"]).Length);
        Assert.Equal(before.Append(scene.Folder["inside"]).Order(StringComparer.Ordinal),
            Directory.GetFileSystemEntries(scene.Folder.Path).Order(StringComparer.Ordinal));
        Assert.All(Directory.GetFiles(scene.Folder["inside"]), f => Assert.DoesNotContain('\u001b', f));
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(scene.Folder.Path)!, "escaped*"));
    }

    /// <summary>
    /// The rest is done, what is bad is named, and the exit code says so; the names of the others are valid CSV, whatever is in them.
    /// </summary>
    [Fact]
    public void Files_that_cannot_be_read_cost_nothing_but_themselves()
    {
        string odd = OperatingSystem.IsWindows() ? "odd" : "odd, \"b\nc";
        scene.Write("partly/1.png", 1, 1);
        scene.Write($"partly/{odd}.png", 2, 1);
        scene.Write("partly/z.png", 3, 1);
        scene.Write("partly/large.png", 3, 2);
        scene.Folder.Write("partly/0.png", [1, 2, 3]);
        scene.Folder.Write("partly/2.png", File.ReadAllBytes(scene.Folder[Scene.Name(0)])[..60]);
        scene.Folder.Write("partly/.hidden.png", []);
        scene.Folder.Write("partly/9.tif", [1]);
        string[] expected = [.. new[]
            { ("partly/1.png", 1), ($"\"partly/{odd.Replace("\"", "\"\"", StringComparison.Ordinal)}.png\"", 2),
            ("partly/z.png", 3) }.Select(e => string.Create(CultureInfo.InvariantCulture, $"{e.Item1},{scene.Scores[e.Item2]:G9},"))];

        var folder = scene.Folder.Run("score", "--model", "m.lis", "partly");
        Assert.Equal(3, folder.Code);
        Assert.All(expected, e => Assert.Contains(e, folder.Output, StringComparison.Ordinal));
        Assert.Equal(1 + 3 + 1, folder.Output.Count(c => c == '\n'));
        Assert.All(["partly/0.png, byte 0: ", "partly/2.png", "partly/large.png: expected images [3, 8, 8]",
            "1 hidden file passed over: .hidden.png", "1 file left out: 1 .tif"],
            e => Assert.Contains(e, folder.Error, StringComparison.Ordinal));
        Assert.Equal(5, folder.Error.Count(c => c == '\n'));

        var input = scene.Score("partly/2.png\nnowhere.png\npartly/z.png\nempty\n", ["-", "--json"]);
        Assert.Equal(3, input.Code);
        var found = JsonDocument.Parse(string.Concat(input.Lines)).RootElement;
        Assert.Equal(scene.Scores[3], found.GetProperty("scores").EnumerateArray().Single().GetSingle());
        Assert.Equal(["partly/2.png", "nowhere.png", "empty"],
            found.GetProperty("unreadable").EnumerateArray().Select(u => u.GetProperty("name").GetString()));
        Assert.All(found.GetProperty("unreadable").EnumerateArray(),
            u => Assert.Contains($"warning: {u.GetProperty("problem").GetString()}\n", input.Error, StringComparison.Ordinal));
        Assert.All(["partly/2.png", "nowhere.png: expected a file or folder, found nothing", "empty: "],
            e => Assert.Contains($"warning: {e}", input.Error, StringComparison.Ordinal));

        var none = scene.Score("partly/0.png", "partly/?.PNG");
        Assert.Equal(3, none.Code);
        Assert.Equal(["partly/1.png", "partly/z.png"], none.Lines[1..].Select(l => l.Split(',')[0]));
        none = scene.Score("partly/0.png", "partly/2.png");
        Assert.Equal(2, none.Code);
        Assert.StartsWith("lisnative: none of 2 files can be read; the first: partly/0.png, byte 0: ", none.Error,
            StringComparison.Ordinal);
        Assert.Single(none.Error.TrimEnd().Split('\n'));
        Assert.Empty(none.Lines);

        var trained = scene.Folder.Run(
            "train", "--normal", "partly", "--size", "8x8", "--method", "isolation-forest", "--out", "partly.lis", "--json");
        Assert.Equal(3, trained.Code);
        Assert.Equal(4, JsonDocument.Parse(trained.Output).RootElement.GetProperty("normal").GetInt32());
        Assert.All(["partly/0.png", "partly/2.png"], e => Assert.Contains($"warning: {e}", trained.Error, StringComparison.Ordinal));
    }

    /// <summary>Root may read anything, unless it gives that up.</summary>
    [Fact]
    public void A_folder_that_is_locked_is_named_and_the_rest_is_read()
    {
        scene.Write("house/1.png", 1, 1);
        scene.Write("house/locked/2.png", 2, 1);
        Assert.Equal(0, Child.Run(scene.Folder.Path, "chmod", ["000", "house/locked"]).Code);
        string[] command = ["dotnet", Child.Tool, "score", "--model", "m.lis", "house"];
        command = Environment.UserName == "root" ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search", .. command] : command;
        var (code, output, error) = Child.Run(scene.Folder.Path, command[0], command[1..]);
        Assert.Equal(0, Child.Run(scene.Folder.Path, "chmod", ["755", "house/locked"]).Code);
        Assert.True(code == 3, error);
        Assert.Contains("house/1.png,", output, StringComparison.Ordinal);
        Assert.StartsWith("warning: house/locked: this folder cannot be read", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Watching_scores_what_arrives_and_passes_over_what_cannot_be_read()
    {
        scene.Write("inbox/early.png", 0, 1);
        using var process = scene.Folder.Start("score", "--model", "m.lis", "inbox", "--watch");
        string Next() => process.StandardOutput.ReadLine()!;
        void Scored(string name, int image) =>
            Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"inbox/{name}.png,{scene.Scores[image]:G9},"), Next(),
            StringComparison.Ordinal);
        Assert.Equal("sample,score,p,anomalous", Next());
        Scored("early", 0);

        // Half of a file stays half for a while, then the rest comes.
        byte[] whole = File.ReadAllBytes(scene.Folder[Scene.Name(3)]);
        scene.Folder.Write("inbox/slow.png", whole[..^20]);
        Assert.StartsWith("warning: inbox/slow.png", process.StandardError.ReadLine(), StringComparison.Ordinal);
        scene.Folder.Write("inbox/slow.png", whole);
        Scored("slow", 3);
        scene.Write("inbox/early.png", 4, 1);
        Scored("early", 4);

        Directory.Move(scene.Folder["inbox"], scene.Folder["away"]);
        Assert.StartsWith("warning: inbox: cannot be read", process.StandardError.ReadLine(), StringComparison.Ordinal);
        scene.Folder.Write("away/broken.png", [1, 2, 3]);
        Directory.Move(scene.Folder["away"], scene.Folder["inbox"]);
        Assert.StartsWith("warning: inbox/broken.png", process.StandardError.ReadLine(), StringComparison.Ordinal);
        scene.Write("inbox/late.png", 5, 1);
        Scored("late", 5);
        Child.Interrupt(process);
        Assert.Equal(3, process.ExitCode);
        Assert.Empty(process.StandardError.ReadToEnd());
    }

    [Fact]
    public void A_model_shows_what_it_is_and_what_it_can_promise()
    {
        using var json = JsonDocument.Parse(scene.Folder.Done("inspect", "m.lis", "--json").Output);
        Assert.Equal("lis-ae", json.RootElement.GetProperty("method").GetString());
        Assert.Equal([3, 8, 8], json.RootElement.GetProperty("sample").EnumerateArray().Select(s => s.GetInt32()));
        Assert.Equal(256, json.RootElement.GetProperty("normal").GetProperty("count").GetInt32());
        Assert.Equal([0.5, 0.2, 0.1, 0.05],
            json.RootElement.GetProperty("thresholds").EnumerateArray().Select(t => t.GetProperty("falseAlarmRate").GetDouble()));
        Assert.Contains("no rate below 3.85 %", scene.Folder.Done("inspect", "m.lis").Output, StringComparison.Ordinal);
        Assert.Contains("too few to promise 1.00 %", scene.Score("new", "--false-alarms", "0.01").Error, StringComparison.Ordinal);
    }
}
