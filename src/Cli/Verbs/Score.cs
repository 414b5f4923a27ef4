using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using LisNative.Experiments;
using LisNative.Layers;

namespace LisNative.Cli.Verbs;

/// <summary>score: one number a sample, and whether it passes the threshold.</summary>
internal static class Score
{
    internal static Command Command()
    {
        var model = new Option<string>("--model") { Description = "A model file that train wrote.", Required = true };
        var samples = new Argument<string>("DATA") { Description = "A folder or zip of images, one image, IDX, .npy, .csv, or a data set's name (mnist:8)." };
        var rate = new Option<double>("--false-alarms") { Description = "Share of normal samples that may be flagged.", DefaultValueFactory = _ => 0.05 };
        var (folder, size, device, json) = (Common.DataFolder(), Common.Size(), Common.DeviceName(), Common.Json());
        var command = new Command("score", "Score samples with a trained model; higher is more anomalous.") { model, samples, rate, folder, size, device, json };
        command.SetAction((parsed, _) => Task.FromResult(Run(
            parsed.GetValue(model)!, parsed.GetValue(samples)!, parsed.GetValue(rate), parsed.GetValue(folder), Common.ParseSize(parsed.GetValue(size)), parsed.GetValue(device)!, parsed.GetValue(json))));
        return command;
    }

    private static int Run(string model, string samples, double rate, string? folder, (int Height, int Width)? size, string device, bool json)
    {
        if (!(rate > 0 && rate < 1))
        {
            throw new InputException("--false-alarms", FormattableString.Invariant($"expected a share between 0 and 1, found {rate}"));
        }

        using var detector = Detector.Load(Common.OpenDevice(device), model);
        var set = new DataFolder(folder).Open(samples, train: false, size);
        float[] scores = detector.Score(set);
        float threshold = detector.Threshold(rate);
        if (float.IsPositiveInfinity(threshold))
        {
            Terminal.Warn(FormattableString.Invariant($"the model held out too few normal samples to promise {rate:P1} false alarms; nothing is flagged"));
        }

        if (json)
        {
            new Terminal(json).Result(new JsonObject
            {
                ["threshold"] = float.IsFinite(threshold) ? threshold : null,
                ["falseAlarmRate"] = rate,
                ["scores"] = new JsonArray([.. scores.Select(s => JsonValue.Create(s))]),
                ["anomalous"] = new JsonArray([.. scores.Select(s => JsonValue.Create(s > threshold))]),
            });
            return 0;
        }

        Console.Out.WriteLine("sample,score,anomalous");
        for (int i = 0; i < scores.Length; i++)
        {
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{i},{scores[i]:G9},{(scores[i] > threshold ? 1 : 0)}"));
        }

        return 0;
    }
}
