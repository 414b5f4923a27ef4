using System.Text.Json;
using LisNative.Scoring;
using LisNative.Tests.Data;
using LisNative.Tests.Export;

namespace LisNative.Tests.Cli;

/// <summary>evaluate on samples of the user's: pictures in folders, and tables.</summary>
[Collection(Child.Tests)]
public sealed class EvaluateTests : InFolder
{
    private const int Height = 20, Width = 24;

    public EvaluateTests()
    {
        Draw("p/train/good", 80, 0, null);
        Draw("p/test/good", 12, 100, null);
        Draw("p/test/spot", 8, 200, (row, column) => row is >= 5 and < 9 && column is >= 6 and < 11);
        Draw("p/test/line", 7, 300, (row, _) => row is 12 or 13);
    }

    /// <summary>Stripes with noise, a fault in them, and its mask.</summary>
    private void Draw(string place, int count, int seed, Func<int, int, bool>? fault)
    {
        for (int i = 0; i < count; i++)
        {
            var random = new Random.Philox((ulong)(seed + i));
            byte Grey(int row, int column) => (byte)(fault?.Invoke(row, column) == true ? 255
                : 90 + (40 * (column / 4 % 2)) + (20 * random.Uniform((ulong)((row * Width) + column))));
            folder.Write($"{place}/{i:D3}.png", PngFile.Of(Height, Width, colour: false, (y, x) => (Grey(y, x), 0, 0)));
            if (fault is not null)
            {
                folder.Write($"{place.Replace("test", "ground_truth", StringComparison.Ordinal)}/{i:D3}_mask.png",
                    PngFile.Of(Height, Width, colour: false, (y, x) => (fault(y, x) ? byte.MaxValue : (byte)0, 0, 0)));
            }
        }
    }

    private (int Code, string Output, string Error) Run(params string[] arguments) =>
        folder.Run(["evaluate", .. arguments, "--json"]);

    private JsonElement Measured(params string[] arguments) => JsonElement.Parse(folder.Done(["evaluate", .. arguments, "--json"]).Output);

    private static string[] Quick =>
        ["--method", "ae", "--latent", "4", "--width1", "8", "--width2", "8", "--epochs1", "60", "--batch", "16"];

    [Fact]
    public void Faults_are_found_and_shown_in_the_layout_of_a_public_set()
    {
        var all = Measured(["--folder", "p", "--false-alarms", "0.2", .. Quick]);
        Assert.Equal([("line", 7), ("spot", 8)],
            all.GetProperty("kinds").EnumerateArray().Select(k => (k.GetProperty("name").GetString()!, k.GetProperty("count").GetInt32())));
        foreach (string measure in new[] { "auroc", "averagePrecision", "f1Max", "pixelAuroc" })
        {
            Assert.InRange(all.GetProperty(measure).GetDouble(), 0.9, 1);
        }

        Assert.InRange(all.GetProperty("aupro").GetDouble(), 0.6, 1);
        Assert.InRange(all.GetProperty("falseAlarmRate").GetDouble(), 0, 0.6);
        Assert.Equal(0, all.GetProperty("missRate").GetDouble());
        var parts = Measured(
            ["--normal", "p/train/good", "--test", "p/test", "--masks", "p/ground_truth", "--false-alarms", "0.2", .. Quick]);
        Assert.Equal(all.GetProperty("auroc").GetDouble(), parts.GetProperty("auroc").GetDouble());
        Assert.Equal(all.GetProperty("aupro").GetDouble(), parts.GetProperty("aupro").GetDouble());
        var (code, output, error) = Run("--folder", "p", "--method", "kde");
        Assert.Equal(0, code);
        Assert.False(JsonDocument.Parse(output).RootElement.TryGetProperty("aupro", out _));
        Assert.Contains("kde draws no maps of pictures; ", error, StringComparison.Ordinal);
    }

    /// <summary>A network of two convolutions over three colours.</summary>
    private void WriteNetwork(string name)
    {
        var model = new TinyOnnx(13, "N", 3, Height, Width);
        string fine = model.Node("Relu", model.Convolve(TinyOnnx.Input, 3, 6, 3, stride: 2)),
            coarse = model.Node("Relu", model.Convolve(fine, 6, 8, 3, stride: 2));
        model.Save(folder[name], fine, coarse);
    }

    [Fact]
    public void Places_of_pictures_are_learnt_and_drawn()
    {
        WriteNetwork("net.onnx");
        var network = Measured(
            "--folder", "p", "--features", "net.onnx:relu,relu_2", "--preprocess", "none", "--method", "knn", "--report", "page.html");
        var patches = Measured("--folder", "p", "--patches", "8/2", "--method", "mahalanobis");
        var wavelets = Measured("--folder", "p", "--features", "scattering", "--size", "64x80", "--method", "mahalanobis");
        Assert.All([network, patches, wavelets], found =>
        {
            Assert.InRange(found.GetProperty("auroc").GetDouble(), 0.95, 1);
            Assert.InRange(found.GetProperty("pixelAuroc").GetDouble(), 0.8, 1);
        });
        Assert.True(File.Exists(folder["page.html"]));
        var pooled = Measured(
            "--folder", "p", "--features", "net.onnx:relu_2", "--pooled", "--preprocess", "none", "--method", "mahalanobis");
        Assert.InRange(pooled.GetProperty("auroc").GetDouble(), 0.8, 1);
    }

    [Fact]
    public void A_model_of_features_is_one_file()
    {
        WriteNetwork("net.onnx");
        folder.Done("train", "--normal", "p/train/good", "--features", "net.onnx:relu,relu_2", "--preprocess", "symmetric", "--method",
            "linear-lis", "--negative", "p/test/spot", "--size", "32x40", "--out", "m.lis");
        File.Delete(folder["net.onnx"]);
        var scored = folder.Done("score", "--model", "m.lis", "p/test/spot", "p/test/good", "--explain", "maps", "--json");
        Assert.Equal(20, JsonDocument.Parse(scored.Output).RootElement.GetProperty("samples").GetArrayLength());
        Assert.Equal(20, Directory.GetFiles(folder["maps"], "*.png").Length);
    }

    [Fact]
    public void Features_that_cannot_be_had_are_refused_before_training()
    {
        void Refused(string part, params string[] arguments) =>
            Tool.AssertRefused(Run(["--folder", "p", .. arguments]), part);
        WriteNetwork("net.onnx");
        Refused("--patches: expected SIZE or SIZE/STRIDE in pixels, found 8x8", "--patches", "8x8");
        Refused("expected pictures of at least 21x21 pixels", "--patches", "21");
        Refused("--patches: expected it without --features", "--patches", "8", "--features", "net.onnx");
        Refused("--pooled: expected it with --features", "--pooled");
        Refused("--preprocess: expected one of imagenet, caffe", "--features", "net.onnx", "--preprocess", "other");
        Refused("--pooled: expected it with --features FILE.onnx, found --features scattering", "--features", "scattering", "--pooled");
        Refused("--preprocess: expected it with --features FILE", "--features", "scattering", "--preprocess", "caffe");
        Refused("32 to 2048 pixels a side, found 1 of 20x40", "--features", "scattering", "--size", "20x40");
        Refused("FILE:OUTPUT,OUTPUT names them", "--features", "net.onnx");
        Refused("moon", "--features", "net.onnx:moon");
        Refused("none.onnx", "--features", "none.onnx");
        folder.Write("bad.onnx", [1, 2, 3]);
        Refused("bad.onnx", "--features", "bad.onnx");
    }

    [Fact]
    public void Tables_are_two_files_and_measured_as_their_scores_are()
    {
        string Rows(int count, int seed, double offset) => "a,b\n" + string.Concat(Enumerable.Range(0, count).Select(i =>
            FormattableString.Invariant($"{new Random.Philox((ulong)seed).Normal((ulong)i) + offset},{i % 7}\n")));
        folder.Write("normal.csv", Rows(200, 1, 0));
        folder.Write("good.csv", Rows(50, 2, 0));
        folder.Write("bad.csv", Rows(30, 3, 2));
        var found = Measured("--normal", "normal.csv", "--test", "good.csv", "bad.csv", "--method", "kde", "--false-alarms", "0.1");
        folder.Done("train", "--normal", "normal.csv", "--method", "kde", "--out", "m.lis");
        using var detector = Detector.Load(folder["m.lis"]);
        float[] Scores(string file) => detector.Score(LisNative.Data.Sources.Open(folder[file]));
        float[] good = Scores("good.csv"), bad = Scores("bad.csv");
        float threshold = detector.Threshold(0.1);
        Assert.Equal(Metrics.Auc(good, bad), found.GetProperty("auroc").GetDouble());
        Assert.Equal(threshold, found.GetProperty("threshold").GetSingle());
        Assert.Equal(good.Count(s => s > threshold) / 50.0, found.GetProperty("falseAlarmRate").GetDouble());
        Assert.Equal(bad.Count(s => s <= threshold) / 30.0, found.GetProperty("missRate").GetDouble());
        Assert.Equal("bad", found.GetProperty("kinds")[0].GetProperty("name").GetString());
    }

    [Fact]
    public void Known_data_sets_are_learnt_from_by_the_features_of_a_network()
    {
        OfficialFiles.Mnist(folder, 3, 5, 8);
        var model = new TinyOnnx(13, "N", 1, 16, 16);
        string map = model.Node("Relu", model.Convolve(TinyOnnx.Input, 1, 6, 3, stride: 2));
        model.Save(folder["net.onnx"], map);
        string[] features = ["--dataset", "mnist", "--data", ".", "--features", $"net.onnx:{map}", "--pooled", "--preprocess",
            "symmetric", "--method", "mahalanobis"];
        var one = Measured([.. features, "--normal-class", "8"]);
        Assert.True(one.GetProperty("auc").GetDouble() > 0.6);
        Assert.NotEqual(one.GetProperty("auc").GetDouble(),
            Measured([.. features, "--normal-class", "8", "--negative", "mnist:5", "--size", "12x20"]).GetProperty("auc").GetDouble());
        var each = Run([.. features, "--normal-class", "each", "--out", "kept"]);
        Assert.Contains("class 0", each.Error, StringComparison.Ordinal);
        foreach (string[] places in new[] { features[..6], ["--dataset", "mnist", "--data", ".", "--patches", "8"] })
        {
            var (code, _, error) = Run([.. places, "--normal-class", "8"]);
            Assert.Equal(2, code);
            Assert.Contains("expected --features FILE.onnx --pooled with a data set", error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_cannot_be_measured_is_refused_before_training()
    {
        void Refused(string part, params string[] arguments) => Tool.AssertRefused(Run([.. arguments, .. Quick]), part);
        Refused("--dataset: expected it, or --normal and --test");
        Refused("--test: expected both --normal and --test", "--normal", "p/train/good");
        Refused("--dataset: expected none with your own samples", "--folder", "p", "--dataset", "mnist");
        Refused("--size: expected none with a data set", "--dataset", "mnist", "--normal-class", "1", "--data", "x", "--size", "8x8");
        Refused("--folder: expected it in place of", "--folder", "p", "--test", "p/test");
        Refused("expected a folder of good pictures, named good or normal or ok, found ground_truth, test, train",
            "--normal", "p/train/good", "--test", "p");
        Refused("expected a folder for each kind of fault beside good", "--normal", "p/train/good", "--test", "p/train");
        File.Delete(folder["p/ground_truth/spot/003_mask.png"]);
        Refused("expected a mask of p/test/spot/003.png, named 003.png or 003_mask.png, found none", "--folder", "p");
        folder.Write("p/ground_truth/spot/003.png", PngFile.Of(Height, Height, colour: false, (_, _) => (255, 0, 0)));
        Refused("expected a mask of p/test/spot/003.png's 20x24, found one of 20x20", "--folder", "p");
        folder.Write("p/ground_truth/spot/003.png", PngFile.Of(Height, Width, colour: false, (y, _) => ((byte)y, 0, 0)));
        Refused("found a picture of which 50 % is neither", "--folder", "p");
        folder.Write("p/test/beside.png", PngFile.Of(Height, Width, colour: false, (_, _) => (255, 0, 0)));
        Refused("expected pictures in a folder for each kind, found beside.png beside them", "--folder", "p");
    }
}
