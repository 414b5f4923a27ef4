using System.Text.Json;
using LisNative.Cli;
using LisNative.Data;
using LisNative.Random;
using LisNative.Tests.Data;

namespace LisNative.Tests.Cli;

/// <summary>The tool as a user runs it: a process, its output, its exit code.</summary>
[Collection(Child.Tests)]
public sealed class CliTests : InFolder
{
    /// <summary>Rows of numbers near a line, and rows away from it.</summary>
    private void WriteTables()
    {
        var random = new Random.Philox(1);
        string Row(int i, double offset) =>
            FormattableString.Invariant($"{random.Normal((ulong)i)},{random.Normal((ulong)i) + offset},{2 * random.Normal((ulong)i)}");
        File.WriteAllLines(folder["normal.csv"], Enumerable.Range(0, 300).Select(i => Row(i, 0)));
        File.WriteAllLines(folder["negative.csv"], Enumerable.Range(300, 200).Select(i => Row(i, 3)));
    }

    private string[] Train(string output) =>
        ["train", "--normal", folder["normal.csv"], "--negative", folder["negative.csv"], "--out", output, "--latent", "1", "--width1", "8",
        "--width2", "8", "--epochs1", "60", "--epochs2", "40", "--batch", "32", "--json"];

    [Fact]
    public void A_model_is_exported_and_its_weights_come_back_under_other_names()
    {
        WriteTables();
        folder.Done(Train(folder["model.lis"]));
        string output = folder.Done("export", folder["model.lis"], "--onnx", folder["model.onnx"], "--json").Output;
        Assert.True(File.Exists(JsonDocument.Parse(output).RootElement.GetProperty("written").GetString()));
        using var weights = JsonDocument.Parse(folder.Run("inspect", folder["model.lis"], "--weights", "--json").Output);
        Assert.Equal(8, weights.RootElement.GetProperty("hidden1.weight").GetProperty("shape")[0].GetInt32());

        // The autoencoder of phase 1, as a method of its own.
        folder.Write("names.json", """{ "latent.weight": "phase1.latent.weight", "latent.bias": "phase1.latent.bias" }""");
        folder.Done("import", folder["model.lis"], "--names", folder["names.json"], "--normal", folder["normal.csv"], "--out",
            folder["plain.lis"], "--method", "ae", "--latent", "1", "--width1", "8", "--width2", "8");
        using var inspected = JsonDocument.Parse(folder.Run("inspect", folder["plain.lis"], "--json").Output);
        Assert.Equal("ae", inspected.RootElement.GetProperty("method").GetString());
        folder.Refuses(["names.json", "JSON object"], "import", folder["model.lis"], "--names", folder.Write("names.json",
            "[]"), "--normal", folder["normal.csv"], "--out", folder["x.lis"]);
        folder.Refuses(["none.lis"], "export", folder["none.lis"], "--onnx", folder["x.onnx"]);
        folder.Refuses(["--onnx"], "export", folder["model.lis"]);
    }

    /// <summary>What is bounded in time says how long it trained and why it ended, in its summary, its file and on the way.</summary>
    [Fact]
    public void Training_until_convergence_says_how_long_it_was()
    {
        WriteTables();
        string[] train = [.. Train(folder["m.lis"]).Select(a => a is "60" or "40" ? "auto" : a), "--minutes", "0.03"];
        var (output, error) = folder.Done(train);
        using var said = JsonDocument.Parse(output);
        Assert.Equal(JsonValueKind.Null, said.RootElement.GetProperty("settings").GetProperty("epochs1").ValueKind);
        var phases = said.RootElement.GetProperty("training").EnumerateArray().ToArray();
        Assert.Equal(["feature extraction", "latent shaping"], phases.Select(p => p.GetProperty("phase").GetString()));
        Assert.All(phases, p => Assert.True(p.GetProperty("steps").GetInt32() > 0 && p.GetProperty("ended").GetString()!.Length > 0));
        Assert.Contains("feature extraction: epoch ", error, StringComparison.Ordinal);
        Assert.Contains(", ended: ", error, StringComparison.Ordinal);
        Assert.Contains("held out", File.ReadAllText(folder["m.html"]), StringComparison.Ordinal);
        using var inspected = JsonDocument.Parse(folder.Run("inspect", folder["m.lis"], "--json").Output);
        Assert.Equal(phases.Select(p => p.GetRawText()),
            inspected.RootElement.GetProperty("training").EnumerateArray().Select(p => p.GetRawText()));
    }

    /// <summary>Of pictures a LIS-AE, whose settings are not those of <c>auto</c>.</summary>
    [Fact]
    public void What_auto_chose_for_pictures_is_told()
    {
        PngFiles.Write(folder["good"], StrokeDigits.RandomStrokes(40, new Philox(1)), i => $"{i:D3}");
        string output = folder.Done(
            "train", "--normal", folder["good"], "--method", "auto", "--minutes", "0.02", "--out", folder["m.lis"], "--json").Output;
        Assert.True(JsonDocument.Parse(output).RootElement.GetProperty("settings").TryGetProperty("gamma", out _));
    }

    [Fact]
    public void Train_and_score_vectors()
    {
        WriteTables();
        string output = folder.Done(Train(folder["m.lis"])).Output;
        Assert.Equal(300, JsonDocument.Parse(output).RootElement.GetProperty("normal").GetInt32());
        byte[] first = File.ReadAllBytes(folder["m.lis"]);
        folder.Done([.. Train(folder["m.lis"]), "--threads", "1"]);
        Assert.Equal(first, File.ReadAllBytes(folder["m.lis"]));

        folder.Done([.. Train(folder["whole.lis"]), "--set", "heldOut=0"]);
        Assert.Contains("none were held out", File.ReadAllText(folder["whole.html"]), StringComparison.Ordinal);

        var lines = folder.Run("score", "--model", folder["m.lis"], folder["normal.csv"]).Output.TrimEnd().Split('\n');
        Assert.Equal("sample,score,p,anomalous", lines[0].TrimEnd());
        Assert.Equal(301, lines.Length);
        using var json = JsonDocument.Parse(folder.Run("score", "--model", folder["m.lis"], folder["negative.csv"], "--json").Output);
        Assert.Equal(200, json.RootElement.GetProperty("scores").GetArrayLength());
        Assert.True(json.RootElement.GetProperty("anomalous").EnumerateArray().Count(a => a.GetBoolean()) > 100);
    }

    [Fact]
    public void Evaluate_runs_the_protocol_on_official_files()
    {
        OfficialFiles.Mnist(folder, 3, 8);
        string[] settings = ["--dataset", "mnist", "--data", folder.Path, "--normal-class", "8", "--width1", "4", "--width2", "4",
            "--epochs1", "2", "--epochs2", "1", "--batch", "32", "--json"];
        string output = folder.Done(["evaluate", .. settings]).Output;
        using var json = JsonDocument.Parse(output);
        Assert.Equal(["method", "protocol", "auc", "scores", "warnings", "training", "seconds", "settings"],
            json.RootElement.EnumerateObject().Select(p => p.Name));
        Assert.Equal(["lis-ae", "ae"], json.RootElement.GetProperty("scores").EnumerateObject().Select(p => p.Name));

        string[] other = [.. settings[..6], "--json"];
        using var supervised = JsonDocument.Parse(
            folder.Run(["evaluate", .. other, "--epochs1", "10", "--batch", "32", "--set", "warmUp=5", "--method", "outlier-exposure",
            "--negative", "supervised"]).Output);
        Assert.True(supervised.RootElement.GetProperty("auc").GetDouble() > 0.8);
        Assert.Equal("outlier-exposure", supervised.RootElement.GetProperty("method").GetString());

        string[] machine = ["evaluate", .. other, "--method", "oc-svm"];
        string Protocol(params string[] more)
        {
            using var result = JsonDocument.Parse(folder.Run([.. machine, .. more]).Output);
            return result.RootElement.GetProperty("protocol").GetString()!;
        }

        Assert.Equal("no test label was used", Protocol());
        Assert.Equal("oracle: a setting was chosen by labelled test data", Protocol("--oracle"));
        folder.Refuses(["--oracle", "found ae"], ["evaluate", .. other, "--method", "ae", "--oracle"]);
        folder.Refuses(["expected negatives to learn from, found none"],
            ["evaluate", .. other, "--batch", "32", "--method", "outlier-exposure"]);
        folder.Refuses(["neither normal nor negative"], ["evaluate", .. settings, "--negative", "mnist:3"]);
        folder.Refuses(["images_background.zip", "data get omniglot"], ["evaluate", .. settings, "--negative", "omniglot"]);
        folder.Refuses(["class", "eight"], ["evaluate", "--dataset", "mnist", "--data", folder.Path, "--normal-class", "eight"]);
    }

    [Fact]
    public void Synthetic_negatives_are_shown_measured_and_trained_with()
    {
        Requirement.SkipUnlessSoak();
        OfficialFiles.Mnist(folder, 3, 8);
        string output = folder.Done("negatives", "mnist:8", "--data", folder.Path, "--out", folder["n.png"], "--json").Output;
        using var json = JsonDocument.Parse(output);
        var kinds = json.RootElement.GetProperty("kinds").EnumerateArray()
            .ToDictionary(k => k.GetProperty("kind").GetString()!, k => k.GetProperty("overlap").GetDouble());
        Assert.Equal(["shuffle", "paste", "bent", "hybrid", "strokes", "mixture"], kinds.Keys);
        Assert.InRange(kinds["strokes"], 0, 0.1);
        Assert.True(File.Exists(folder["n.png"]));

        string[] small = ["--data", folder.Path, "--width1", "4", "--width2", "4", "--epochs1", "2", "--epochs2", "1", "--batch", "32",
            "--json"];
        var trained = folder.Done(["train", "--normal", "mnist:8", "--negative", "synthetic", "--out", folder["m.lis"], .. small]);
        Assert.Contains("\"negative\": 16384", trained.Output, StringComparison.Ordinal);
        Assert.Contains("latent shaping", File.ReadAllText(folder["m.html"]), StringComparison.Ordinal);
        folder.Done(["evaluate", "--dataset", "mnist", "--normal-class", "8", "--negative", "synthetic:paste,bent",
            .. small]);
        Assert.Contains("overlap the normal data",
            folder.Run(["train", "--normal", "mnist:8", "--negative", "mnist:8,3", "--out", folder["m.lis"], .. small]).Error,
            StringComparison.Ordinal);
        folder.Refuses(["shuffle, paste, bent, hybrid, strokes, mixture", "found blots"],
            ["evaluate", "--dataset", "mnist", "--normal-class", "8", "--negative", "synthetic:blots", .. small]);
    }

    [Fact]
    public void Tables_are_run_resumed_and_printed_beside_the_papers()
    {
        OfficialFiles.Mnist(folder, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        string[] wanted = ["reproduce", "table1", "--rows", "Linear-AE", "IF", "--tasks", "MNIST", "--out", folder["out"], "--json"];
        var (output, error) = folder.Done([.. wanted, "--data", folder.Path]);
        Assert.Equal(20, error.Split(" of 20: ").Length - 1);
        using var json = JsonDocument.Parse(output);
        var entry = json.RootElement.GetProperty("entries").EnumerateArray().Single(e => e.GetProperty("row").GetString() == "Linear-AE");
        Assert.Equal(0.9412, entry.GetProperty("paper").GetDouble());
        Assert.InRange(entry.GetProperty("mean").GetDouble(), 0.5, 1);
        Assert.Contains("| Linear-AE | 0.", File.ReadAllText(folder["out/tables.md"]), StringComparison.Ordinal);

        Assert.Contains("<td>Linear-AE</td>", File.ReadAllText(folder["out/report.html"]), StringComparison.Ordinal);

        // A second look runs nothing; a data set that is not there is named, and what needs it is not measured.
        Assert.Equal((0, output, ""), folder.Run([.. wanted, "--data", folder.Path]));
        var missing = folder.Run("reproduce", "table1", "--rows", "IF", "--tasks", "Fashion-MNIST", "--data", folder.Path, "--out",
            folder["out"]);
        Assert.Equal(0, missing.Code);
        Assert.Contains("data get fashion-mnist", missing.Error, StringComparison.Ordinal);
        Assert.Contains("not measured (0.9144)", missing.Output, StringComparison.Ordinal);

        var figure = folder.Run("reproduce", "figureA3", "--budget", "quick", "--out", folder["out"]);
        Assert.Equal(4, figure.Output.Split("not measured").Length - 1);
        Assert.Empty(Directory.GetFiles(folder["out"], "*.svg"));

        folder.Refuses(["WHAT", "table9"], "reproduce", "table9");
        folder.Refuses(["--rows", "found Nothing"], "reproduce", "table1", "--rows", "Nothing");
        folder.Refuses(["--budget", "found some"], "reproduce", "table1", "--budget", "some");
        folder.Refuses(["--seeds", "found 0"], "reproduce", "table1", "--seeds", "0");
    }

    [Fact]
    public void A_table_is_scored_by_the_names_of_its_columns()
    {
        string Rows(string heading, Func<int, string> row) =>
            $"{heading}\n{string.Concat(Enumerable.Range(0, 40).Select(i => $"{row(i)}\n"))}";
        folder.Write("n.csv", Rows("a,b,kind", i => $"{i % 7},{i % 5}.5,red"));
        folder.Write("t.csv", Rows("b;note;a", i => $"{i % 5},5;x;{(i == 3 ? "" : $"{i % 7}")}"));
        folder.Refuses(["line 2, cell 3 (kind)", "--columns a,b"], "train", "--method", "kde", "--normal", folder["n.csv"], "--out",
            folder["c.lis"]);
        folder.Done("train", "--method", "kde", "--normal", folder["n.csv"], "--columns", "a,b", "--out", folder["c.lis"]);
        string[] Scores(params string[] arguments) =>
            [.. folder.Run(["score", "--model", folder["c.lis"], .. arguments]).Output.TrimEnd().Split('\n').Skip(1)
            .Select(l => l[l.IndexOf('#', StringComparison.Ordinal)..])];
        string[] own = Scores(folder.Write("o.csv", Rows("a,b", i => $"{i % 7},{i % 5}.5")));
        Assert.Equal([.. own[..3], .. own[4..]], Scores(folder["t.csv"], "--missing", "drop"));
        Assert.Equal(own.Length, Scores(folder["t.csv"], "--missing", "mean").Length);
        folder.Refuses(["line 5, cell 2 (a), found nothing"], "score", "--false-alarms", "0.5", "--model", folder["c.lis"],
            folder.Write("m.csv", "b,a\n1.5,2\n2.5,3\n3.5,3\n4.5,\n"));
        Assert.Contains("a, b", folder.Run("inspect", folder["c.lis"]).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_method_trains_and_scores_by_its_name()
    {
        WriteTables();
        string output = folder.Done(
            "train", "--method", "isolation-forest", "--set", "trees=20", "--normal", folder["normal.csv"], "--out", folder["f.lis"],
            "--json").Output;
        using var trained = JsonDocument.Parse(output);
        Assert.Equal(20, trained.RootElement.GetProperty("settings").GetProperty("trees").GetInt32());
        using var scored = JsonDocument.Parse(
            folder.Run("score", "--model", folder["f.lis"], folder["negative.csv"], "--false-alarms", "0.2", "--json").Output);
        Assert.True(scored.RootElement.GetProperty("anomalous").EnumerateArray().Count(a => a.GetBoolean()) > 100);

        using var listed = JsonDocument.Parse(folder.Run("methods", "--json").Output);
        Assert.Equal(Methods.All.Select(m => m.Name),
            listed.RootElement.GetProperty("methods").EnumerateArray().Select(m => m.GetProperty("name").GetString()));
        Assert.Contains("chosen from the data", folder.Run("methods", "kde").Output, StringComparison.Ordinal);
        Assert.Contains("does not learn from negatives",
            folder.Run("train", "--method", "kde", "--normal", folder["normal.csv"], "--negative", folder["negative.csv"], "--out",
            folder["k.lis"]).Error, StringComparison.Ordinal);

        folder.Refuses(["method", "isolation-forest", "found \"forest\""], "train", "--method", "forest", "--normal", folder["normal.csv"],
            "--out", folder["x.lis"]);
        folder.Refuses(["kde", "bandwidth", "found latent"], "train", "--method", "kde", "--latent", "3", "--normal", folder["normal.csv"],
            "--out", folder["x.lis"]);
        folder.Refuses(["--set", "NAME=VALUE", "found trees"], "train", "--method", "isolation-forest", "--set", "trees", "--normal",
            folder["normal.csv"], "--out", folder["x.lis"]);
        folder.Refuses(["trees", "a whole number", "found \"many\""], "train", "--method", "isolation-forest", "--set", "trees=many",
            "--normal", folder["normal.csv"], "--out", folder["x.lis"]);
        Assert.False(File.Exists(folder["x.lis"]));
    }

    /// <summary>A path that begins with @ is a path, and an option takes no more than its value.</summary>
    [Fact]
    public void Paths_are_taken_as_they_are_and_options_take_one_value()
    {
        WriteTables();
        Directory.CreateDirectory(folder["@new"]);
        File.Copy(folder["normal.csv"], folder["@new/-x.csv"]);
        File.Copy(folder["normal.csv"], folder["@normal.csv"]);
        File.Copy(folder["normal.csv"], folder["-x.csv"]);
        folder.Done("train", "--set", "bandwidth=0.5", "--method", "kde", "--normal", "@normal.csv", "--out", "@k.lis");
        Assert.Contains("@new/-x.csv#0,", folder.Run("score", "--model", "@k.lis", "@new/-x.csv").Output, StringComparison.Ordinal);
        Assert.Contains("-x.csv#0,", folder.Run("score", "--model", "@k.lis", "--", "-x.csv").Output, StringComparison.Ordinal);
        folder.Refuses(["@k.lis: expected a tensor"], "import", "--set", "heldOut=0.2", "@k.lis", "--method", "ae", "--normal",
            "@normal.csv", "--out", "i.lis");
    }

    /// <summary>What comes through a pipe is what it is in a file; its kind is told by its first bytes.</summary>
    [Fact]
    public void Pipes_and_links_are_read_as_files_are()
    {
        Requirement.SkipUnless(OperatingSystem.IsLinux(), "linux", "pipes are known on Linux alone");
        WriteTables();
        folder.Write("array.npy", FileFormats.Npy(new Dataset("array", [3], [1, 2, 3, 4, 5, 6], new int[2])));
        File.CreateSymbolicLink(folder["latest"], "normal.csv");
        folder.Done("train", "--method", "kde", "--normal", folder["normal.csv"], "--out", folder["k.lis"]);
        string Scores(string shell)
        {
            string command = shell.Replace("SCORE", $"dotnet '{Child.Tool}' score --model k.lis", StringComparison.Ordinal);
            var (code, output, error) = Child.Run(folder.Path, "bash", ["-c", command]);
            Assert.True(code == 0, error);
            return System.Text.RegularExpressions.Regex.Replace(output, "(?m)^[^#]*#", "#");
        }

        string expected = Scores("SCORE normal.csv"), array = Scores("SCORE array.npy");
        Assert.Equal(expected, Scores("cat normal.csv | SCORE /dev/stdin"));
        Assert.Equal(expected, Scores("SCORE <(gzip < normal.csv)"));
        Assert.Equal(expected, Scores("SCORE /dev/stdin < normal.csv"));
        Assert.Equal(expected, Scores("SCORE latest"));
        Assert.Equal(array, Scores("SCORE <(cat array.npy)"));
        var (bad, _, said) = Child.Run(folder.Path, "bash", ["-c", $"echo 1,2,x | dotnet '{Child.Tool}' score --model k.lis /dev/stdin"]);
        Assert.Equal(2, bad);
        Assert.Contains("/dev/stdin", said, StringComparison.Ordinal);
        Assert.DoesNotContain("lisnative-", said, StringComparison.Ordinal);
    }

    /// <summary>Every instruction set that the processor can be told not to have, in a process of its own.</summary>
    [Theory]
    [InlineData("", "", 500, null)]
    [InlineData("DOTNET_EnableAVX512 DOTNET_EnableAVX512F", "conv", 100, "8 lanes")]
    [InlineData("DOTNET_EnableAVX2 DOTNET_EnableAVX", "matmul", 40, "4 lanes")]
    [InlineData("DOTNET_EnableHWIntrinsic", "matmul", 40, "1 lanes")]
    public void Verify_passes_at_every_instruction_set(string switchedOff, string only, int proofs, string? expected)
    {
        Requirement.SkipUnlessLong();
        if (only != "matmul")
        {
            Requirement.SkipUnlessSoak();
        }

        var (code, output, error) = folder.Run(
            ["verify", "--json", .. only.Length > 0 ? ["--only", only] : Array.Empty<string>()],
            environment: switchedOff.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToDictionary(n => n, _ => "0"));
        Assert.True(code == 0, error);
        using var last = JsonDocument.Parse(output.TrimEnd().Split('\n')[^1]);
        Assert.Equal(0, last.RootElement.GetProperty("failed").GetInt32());
        Assert.True(last.RootElement.GetProperty("passed").GetInt32() > proofs);
        string backend = last.RootElement.GetProperty("backend").GetString()!;
        if (expected is not null && System.Runtime.Intrinsics.Vector512.IsHardwareAccelerated)
        {
            Assert.StartsWith(expected, backend, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Bad_input_is_one_sentence_and_exit_code_2_and_loses_nothing()
    {
        WriteTables();
        folder.Write("m.lis", "precious");
        folder.Refuses(["normal.csv", "line 2"],
            Replace(Train(folder["m.lis"]), folder["normal.csv"], folder.Write("bad/normal.csv", "1,2\n3,x\n")));
        folder.Refuses(["at least 2 normal samples"],
            Replace(Train(folder["m.lis"]), folder["normal.csv"], folder.Write("one/normal.csv", "1,2,3\n")));
        folder.Refuses(["other.csv", "expected 3 columns, found 2 in line 1"],
            Replace(Train(folder["m.lis"]), folder["negative.csv"], folder.Write("other.csv", "1,2\n3,4\n")));
        folder.Refuses([folder.Path, "folder"], Train(folder.Path));
        folder.Refuses(["cannot be written"], Train("/proc/nowhere/m.lis"));
        folder.Refuses(["--out", "model file", "m.html"], Train(folder["m.html"]));
        Assert.False(File.Exists(folder["m.html"]));
        folder.Refuses(["nothing.csv", "found nothing"], Replace(Train(folder["m.lis"]), folder["normal.csv"], folder["nothing.csv"]));
        folder.Refuses(["m.lis", "safetensors"], "score", "--model", folder["m.lis"], folder["normal.csv"]);
        folder.Refuses(["--size", "28x28"], "train", "--normal", folder["normal.csv"], "--out", folder["x"], "--size", "big");
        folder.Refuses(["--out"], "train", "--normal", folder["normal.csv"]);
        folder.Refuses(["Beta"], [.. Train(folder["m.lis"]), "--beta", "-1"]);
        folder.Refuses(["--threads"], "demo", "--threads", "0");
        folder.Refuses(["--threads", "from 1 to 4096"], "demo", "--threads", "1000000");
        folder.Refuses(["--normal: expected a value, found an empty one"], "train", "--normal", "", "--out", folder["x"]);
        folder.Refuses(["rate1", "0,001"], Ae("--rate1", "0,001"));
        folder.Refuses(["heldOut", "0,2"], Ae("--set", "heldOut=0,2"));
        folder.Refuses(["minutes", "above 0, found 0"], Ae("--minutes", "0"));
        folder.Refuses(["minutes", "above 0, found NaN"], Ae("--minutes", "NaN"));
        folder.Refuses(["minutes", "ae with these settings"], Ae("--minutes", "1", "--epochs1", "3"));
        folder.Refuses(["minutes", "kde with these settings"], "train", "--normal", folder["normal.csv"], "--method", "kde", "--out",
            folder["x"], "--minutes", "1");
        folder.Refuses(["expected batch once, found it twice"], Ae("--batch", "8", "--set", "batch=16"));
        folder.Refuses(["--false-alarms", "expected a number, found \"0,2\""], "score", "--false-alarms", "0,2", "--model", "m", "x");
        folder.Refuses(["fixture"], "verify", "--fixtures", folder["none"]);
        folder.Refuses(["--training", "at least 1"], "verify", "--training", "0");
        folder.Refuses(["--only", "no such case"], "verify", "--only", "no such case");
        folder.Refuses(["--only", "found --ulp as well"], "verify", "--only", "exp", "--ulp");
        folder.Refuses(["cpu:nave", "cpu or cpu:naive"], "verify", "--device", "cpu:nave");
        folder.Refuses(["--only", "sgemm"], "bench", "--suite", "score", "--only", "sgemm");
        folder.Refuses(["unknown"], "unknown");
        Assert.Equal("precious", File.ReadAllText(folder["m.lis"]));
        Assert.DoesNotContain(Directory.EnumerateFiles(folder.Path), f => f.Contains("partial", StringComparison.Ordinal));
    }

    private string[] Ae(params string[] more) =>
        ["train", "--normal", folder["normal.csv"], "--method", "ae", "--out", folder["x"], .. more];

    /// <summary>What was asked for and cannot be done to the data is no option to pass over.</summary>
    [Fact]
    public void Options_that_say_nothing_to_the_data_are_refused()
    {
        Dataset table = new("t.csv", [3], new float[6], new int[2]), grey = new("mnist", [1, 8, 8], new byte[128], new int[2]),
            colour = new("cifar10", [3, 8, 8], new byte[384], new int[2]);
        void Refused(ReadOptions how, Dataset set, string message) =>
            Assert.Equal(message, Assert.Throws<InputException>(() => Reading.Obeyed(how, set)).Message);
        Refused(new() { Size = (8, 8) }, table, "--size: expected images to scale, found t.csv");
        Refused(new() { Colour = Colour.Grey }, table, "--colour: expected image files to turn into grey or rgb, found t.csv");
        Refused(new() { Colour = Colour.Grey }, colour, "--colour: expected image files to turn into grey or rgb, found cifar10");
        Refused(new() { Range = (0, 4095) }, grey, "--range: expected image files whose samples have a range, found mnist");
        Refused(new() { Columns = ["a"] }, grey, "--columns: expected a table as text to choose columns of, found mnist");
        Refused(new() { Group = "folder" }, grey,
            "--group: expected images in a folder or zip, whose paths tell their groups, or a table as text with a column of them, found "
            + "mnist");
        Assert.Same(grey, Reading.Obeyed(new() { Size = (8, 8), Colour = Colour.Grey }, grey));
        Assert.Same(table, Reading.Obeyed(new() { Columns = ["a"] }, table));

        WriteTinyMnist();
        Directory.CreateDirectory(folder["images"]);
        string[] train = ["train", "--method", "kde", "--out", folder["x.lis"], "--columns", "a", "--normal"];
        folder.Refuses(["images: expected a table as text to choose columns of, found another kind"], [.. train, folder["images"]]);
        folder.Refuses(["none.csv: expected a file or folder, found nothing"], [.. train, folder["none.csv"]]);
        folder.Refuses(["--columns: expected a table as text to choose columns of, found "], [.. train, "mnist:8", "--data", folder.Path]);
    }

    private static string[] Replace(string[] arguments, string from, string to) => [.. arguments.Select(a => a == from ? to : a)];

    /// <summary>Images of 8×8 pixels in the files of MNIST: class 8 mixes four patterns with some noise, class 3 is noise.</summary>
    private void WriteTinyMnist()
    {
        byte[] Big(params int[] values) => [.. values.SelectMany(v => BitConverter.GetBytes(v).Reverse())];
        var random = new Philox(1);
        foreach (var (part, count) in new[] { ("train", 120), ("t10k", 60) })
        {
            var pixels = new byte[count * 64];
            for (int i = 0; i < pixels.Length; i++)
            {
                int image = i / 64, pixel = i % 64;
                pixels[i] = image % 2 == 1 ? (byte)random.Bits((ulong)i)
                    : (byte)(Enumerable.Range(0, 4).Sum(k => random.Uniform((ulong)((image * 4) + k)) * (pixel % (k + 2) == 0 ? 45 : 0))
                        + (random.Bits((ulong)i) % 64));
            }

            folder.Write($"{part}-images-idx3-ubyte", [.. Big(0x803, count, 8, 8), .. pixels]);
            folder.Write($"{part}-labels-idx1-ubyte",
                [.. Big(0x801, count), .. Enumerable.Range(0, count).Select(i => (byte)(i % 2 == 1 ? 3 : 8))]);
        }
    }

    [Fact]
    public void Theory_prints_every_claim_and_draws()
    {
        WriteTinyMnist();
        var (code, output, error) = folder.Run(
            "theory", "--data", folder.Path, "--negative", "mnist:3", "--latent", "4", "--out", "figures", "--json");
        Assert.Empty(error);
        using var json = JsonDocument.Parse(output);
        var checks = json.RootElement.GetProperty("checks").EnumerateArray().ToList();
        Assert.Equal(44, checks.Count);
        Assert.All(checks, c => Assert.Equal(
            c.GetProperty("residual").GetDouble() <= c.GetProperty("tolerance").GetDouble(), c.GetProperty("passed").GetBoolean()));
        Assert.All(checks.Where(c => c.GetProperty("tolerance").GetDouble() <= 2e-5),
            c => Assert.True(c.GetProperty("passed").GetBoolean(), c.ToString()));

        // How close training comes is tested where the scale of the data is its own (LinearTests); here, that the verdict follows from the
        // checks.
        bool passed = checks.All(c => c.GetProperty("passed").GetBoolean());
        Assert.Equal(passed, json.RootElement.GetProperty("passed").GetBoolean());
        Assert.Equal(passed ? 0 : 1, code);
        Assert.All(json.RootElement.GetProperty("pictures").EnumerateArray(),
            p => Assert.True(new FileInfo(folder[p.GetString()!]).Length > 1000));
    }

    [Fact]
    public void Theory_refuses_what_cannot_be_checked()
    {
        WriteTinyMnist();
        folder.Refuses(["r: expected 1 to 63", "found 64"], "theory", "--data", folder.Path, "--negative", "mnist:3", "--latent", "64",
            "--json");
        folder.Refuses(["found none"], "theory", "--data", folder.Path, "--normal-class", "7", "--negative", "mnist:3");
        folder.Refuses(["omniglot"], "theory", "--data", folder.Path);
    }
}
