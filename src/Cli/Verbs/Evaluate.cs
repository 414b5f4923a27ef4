using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using LisNative.Data;
using LisNative.Layers;
using LisNative.Scoring;

namespace LisNative.Cli.Verbs;

/// <summary>evaluate: the paper's protocol on a labelled data set; one class or several are normal, the rest anomalies.</summary>
internal static class Evaluate
{
    internal static Command Command()
    {
        var dataset = new Option<string>("--dataset") { Description = $"One of {string.Join(", ", Sources.Names)}.", Required = true };
        var normalClass = new Option<string>("--normal-class") { Description = "The normal class, or several: 8 or 0,1.", Required = true };
        var negative = new Option<string?>("--negative") { Description = "Negatives: a data set (omniglot), classes of one (cifar10:5,6), next for the class after the normal one, or a path." };
        var folder = Common.DataFolder();
        folder.Required = true;
        var (json, device, settings) = (Common.Json(), Common.DeviceName(), new TrainingOptions());
        var command = new Command("evaluate", "Train on one class of a data set and measure how well the others are found.") { dataset, normalClass, negative, folder, device, json };
        settings.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            var clock = Stopwatch.StartNew();
            var terminal = new Terminal(parsed.GetValue(json));
            string name = parsed.GetValue(dataset)!, at = parsed.GetValue(folder)!;
            int[] normal = [.. parsed.GetValue(normalClass)!.Split(',').Select(Common.ParseClass)];
            string? spec = parsed.GetValue(negative) == "next" ? $"{name}:{(normal[^1] + 1) % 10}" : parsed.GetValue(negative);
            Dataset train = Sources.Load(name, at, train: true), test = Sources.Load(name, at, train: false);
            var positives = NotEmpty(train.OfClasses(normal), $"of class {string.Join(",", normal)}");
            var negatives = spec is null ? null : Common.Open(spec, at, train: true, null);
            var (known, unknown) = (NotEmpty(test.OfClasses(normal), "to test"), Anomalies(test, normal, spec, name));

            using var detector = terminal.WithProgress(p => LisAutoencoder.Fit(Common.OpenDevice(parsed.GetValue(device)!), positives, negatives, settings.Read(parsed), p, cancellation));
            foreach (string warning in detector.Health!.Warnings)
            {
                Terminal.Warn(warning);
            }

            float[] before = detector.ScoreAutoencoder(known), beforeAnomalies = detector.ScoreAutoencoder(unknown);
            float[] after = detector.Score(known), afterAnomalies = detector.Score(unknown);
            double aucBefore = Metrics.Auc(before, beforeAnomalies), aucAfter = Metrics.Auc(after, afterAnomalies);
            double precision = Metrics.AveragePrecision(after, afterAnomalies), fpr = Metrics.FalsePositiveRate(after, afterAnomalies);
            double seconds = clock.Elapsed.TotalSeconds;
            var options = detector.Options;
            terminal.Result(
                new JsonObject
                {
                    ["aucAutoencoder"] = aucBefore,
                    ["aucLis"] = aucAfter,
                    ["averagePrecision"] = precision,
                    ["fprAt95Tpr"] = fpr,
                    ["epochs"] = new JsonArray(options.Epochs1, options.Epochs2),
                    ["seconds"] = Math.Round(seconds, 2),
                    ["settings"] = Settings.Json(options),
                },
                ("AUC of the autoencoder (phase 1)", FormattableString.Invariant($"{aucBefore:F4}")),
                ("AUC of the LIS-AE (phase 2)", FormattableString.Invariant($"{aucAfter:F4}")),
                ("average precision", FormattableString.Invariant($"{precision:F4}")),
                ("false positives at 95 % true positives", FormattableString.Invariant($"{fpr:F4}")),
                ("error on normal, before and after", FormattableString.Invariant($"{before.Average():F2} and {after.Average():F2}")),
                ("error on anomalies, before and after", FormattableString.Invariant($"{beforeAnomalies.Average():F2} and {afterAnomalies.Average():F2}")),
                ("seconds", FormattableString.Invariant($"{seconds:F1}")));
            return Task.FromResult(0);
        });
        return command;
    }

    /// <summary>Every class that is neither normal nor among the negatives: the model is never tested on what it was shown.</summary>
    private static Dataset Anomalies(Dataset test, int[] normal, string? negative, string name)
    {
        int[] shown = negative?.StartsWith($"{name}:", StringComparison.Ordinal) == true ? [.. negative[(name.Length + 1)..].Split(',').Select(Common.ParseClass)] : [];
        return NotEmpty(test.OfClasses([.. test.Labels.Distinct().Except(normal).Except(shown)]), "that are neither normal nor negative");
    }

    private static Dataset NotEmpty(Dataset set, string what) =>
        set.Count > 0 ? set : throw new InputException(set.Name, $"expected samples {what}, found none");
}
