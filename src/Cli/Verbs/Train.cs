using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace LisNative.Cli.Verbs;

/// <summary>train: both phases on the user's data, to one model file.</summary>
internal static class Train
{
    internal static Command Command()
    {
        var normal = new Option<string>("--normal") { Description = "Normal data: a folder or zip of images, IDX, .npy, .csv, or a data set's name with classes (mnist:8).", Required = true };
        var negative = new Option<string?>("--negative") { Description = "Negative examples of a similar domain, likewise; without them the result is a plain autoencoder." };
        var path = new Option<string>("--out") { Description = "The model file.", Required = true };
        var (folder, size, json, device, settings) = (Common.DataFolder(), Common.Size(), Common.Json(), Common.DeviceName(), new TrainingOptions());
        var command = new Command("train", "Train a detector on normal data and negative examples.") { normal, negative, path, folder, size, device, json };
        settings.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            var clock = Stopwatch.StartNew();
            var terminal = new Terminal(parsed.GetValue(json));
            var (at, scaled, model) = (parsed.GetValue(folder), Common.ParseSize(parsed.GetValue(size)), parsed.GetValue(path)!);
            WritablePlace.Check(model);
            var positives = Common.Open(parsed.GetValue(normal)!, at, train: true, scaled);
            var negatives = parsed.GetValue(negative) is { } text ? Common.Open(text, at, train: true, scaled) : null;
            using var detector = terminal.WithProgress(p => LisAutoencoder.Fit(Common.OpenDevice(parsed.GetValue(device)!), positives, negatives, settings.Read(parsed), p, cancellation));
            detector.Save(model);
            foreach (string warning in detector.Health!.Warnings)
            {
                Terminal.Warn(warning);
            }

            var (first, second) = (detector.Losses.Phase1, detector.Losses.Phase2);
            double seconds = clock.Elapsed.TotalSeconds;
            terminal.Result(
                new JsonObject
                {
                    ["model"] = model,
                    ["normal"] = positives.Count,
                    ["negative"] = negatives?.Count ?? 0,
                    ["loss1"] = first[^1],
                    ["loss2"] = second.Count > 0 ? second[^1] : null,
                    ["seconds"] = Math.Round(seconds, 2),
                    ["warnings"] = new JsonArray([.. detector.Health.Warnings.Select(w => JsonValue.Create(w))]),
                    ["settings"] = Settings.Json(detector.Options),
                },
                ("model", model),
                ("samples, normal and negative", $"{positives.Count} and {negatives?.Count ?? 0}"),
                ("loss, first to last, phase 1", FormattableString.Invariant($"{first[0]:F3} to {first[^1]:F3}")),
                ("loss, first to last, phase 2", second.Count > 0 ? FormattableString.Invariant($"{second[0]:F3} to {second[^1]:F3}") : "left out: no negatives"),
                ("seconds", FormattableString.Invariant($"{seconds:F1}")));
            return Task.FromResult(0);
        });
        return command;
    }
}
