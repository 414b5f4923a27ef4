using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using LisNative.Data;
using LisNative.Layers;
using LisNative.Random;
using LisNative.Scoring;

namespace LisNative.Cli.Verbs;

/// <summary>evaluate: the paper's protocol on a labelled data set; one class or several are normal, the rest anomalies.</summary>
internal static class Evaluate
{
    private const double OracleShare = 0.1;

    /// <summary>What the protocol trains and tests on.</summary>
    private sealed record ProtocolTask(Dataset Normal, Dataset? Negatives, Dataset TestNormal, Dataset TestAnomalies);

    internal static Command Command()
    {
        var dataset = new Option<string>("--dataset") { Description = $"One of {string.Join(", ", Sources.Names)}.", Required = true };
        var normalClass = new Option<string>("--normal-class") { Description = "The normal class, or several: 8 or 0,1.", Required = true };
        var negative = new Option<string?>("--negative") { Description = "Negatives: a data set (omniglot), classes of one (cifar10:5,6), next for the class after the normal one, supervised for the anomalies' own classes (an upper bound), or a path." };
        var oracle = new Option<bool>("--oracle") { Description = "Choose the setting that published results choose so by the AUC on a random tenth of the labelled test data (oc-svm: γ). Nobody who looks for unknown anomalies can do this." };
        var folder = Common.DataFolder();
        folder.Required = true;
        var (json, device, settings) = (Common.Json(), Common.DeviceName(), new MethodOptions());
        var command = new Command("evaluate", "Train on one class of a data set and measure how well the others are found.") { dataset, normalClass, negative, folder, device, oracle, json };
        settings.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            var clock = Stopwatch.StartNew();
            var terminal = new Terminal(parsed.GetValue(json));
            var (method, options) = settings.Read(parsed);
            int[] normal = [.. parsed.GetValue(normalClass)!.Split(',').Select(Common.ParseClass)];
            var task = Read(parsed.GetValue(dataset)!, parsed.GetValue(folder)!, normal, parsed.GetValue(negative));
            Common.WarnOfNegatives(method, task.Negatives);
            var on = Common.OpenDevice(parsed.GetValue(device)!);
            Detector Fit(DetectorOptions o) => terminal.WithProgress(p => Detector.Fit(on, task.Normal, task.Negatives, o, p, cancellation));
            if (parsed.GetValue(oracle))
            {
                (options, task) = AskOracle(method, options, task, Fit);
            }

            using var detector = Fit(options);
            Terminal.Warn(detector.Health!);
            string protocol = parsed.GetValue(oracle) ? "oracle: a setting was chosen by labelled test data" : "no test label was used";
            Report(terminal, detector, method, protocol, task, clock);
            return Task.FromResult(0);
        });
        return command;
    }

    private static ProtocolTask Read(string name, string folder, int[] normal, string? negative)
    {
        Dataset train = Sources.Load(name, folder, train: true), test = Sources.Load(name, folder, train: false);
        var positives = NotEmpty(train.OfClasses(normal), $"of class {string.Join(",", normal)}");
        int[] others = [.. test.Labels.Distinct().Except(normal).Order()];
        string? spec = negative switch { "next" => $"{name}:{(normal[^1] + 1) % 10}", "supervised" => $"{name}:{string.Join(",", others)}", _ => negative };
        var negatives = spec is null ? null : Common.Open(spec, folder, train: true, null);

        // A class that the model was shown as negative is not among the anomalies it is tested on, unless that is the point.
        int[] shown = negative != "supervised" && spec?.StartsWith($"{name}:", StringComparison.Ordinal) == true ? [.. spec[(name.Length + 1)..].Split(',').Select(Common.ParseClass)] : [];
        return new(positives, negatives, NotEmpty(test.OfClasses(normal), "to test"), NotEmpty(test.OfClasses([.. others.Except(shown)]), "that are neither normal nor negative"));
    }

    /// <summary>The candidate with the best AUC on a random tenth of the test data, and the test data without that tenth.</summary>
    private static (DetectorOptions Options, ProtocolTask Task) AskOracle(Method method, DetectorOptions options, ProtocolTask task, Func<DetectorOptions, Detector> fit)
    {
        if (options is not IOracleProtocol asks)
        {
            throw new InputException("--oracle", $"expected a method whose published numbers need it, found {method.Name}");
        }

        var random = new Philox(options.Seed, 0x04AC1E);
        var (normal, normalRest) = Split(task.TestNormal, random.Split(1));
        var (anomalies, anomaliesRest) = Split(task.TestAnomalies, random.Split(2));
        var best = asks.Candidates.MaxBy(candidate =>
        {
            using var detector = fit(candidate);
            return Metrics.Auc(detector.Score(normal), detector.Score(anomalies));
        })!;
        return (best, task with { TestNormal = normalRest, TestAnomalies = anomaliesRest });
    }

    private static (Dataset Tenth, Dataset Others) Split(Dataset set, Philox random)
    {
        int[] order = random.Permutation(set.Count);
        int tenth = Math.Max(1, (int)(set.Count * OracleShare));
        return (set.Select(set.Name, order.AsSpan(0, tenth)), set.Select(set.Name, order.AsSpan(tenth)));
    }

    private static void Report(Terminal terminal, Detector detector, Method method, string protocol, ProtocolTask task, Stopwatch clock)
    {
        var (scores, rows) = (new JsonObject(), new List<(string, string)> { ("method", method.Summary), ("protocol", protocol) });
        foreach (string name in detector.Scores)
        {
            float[] normal = detector.Score(task.TestNormal, name), anomalies = detector.Score(task.TestAnomalies, name);
            double auc = Metrics.Auc(normal, anomalies), precision = Metrics.AveragePrecision(normal, anomalies), fpr = Metrics.FalsePositiveRate(normal, anomalies);
            scores[name] = new JsonObject { ["auc"] = auc, ["averagePrecision"] = precision, ["fprAt95Tpr"] = fpr, ["meanNormal"] = normal.Average(), ["meanAnomalous"] = anomalies.Average() };
            rows.Add(($"AUC of {name}", FormattableString.Invariant($"{auc:F4}")));
            rows.Add(("  average precision", FormattableString.Invariant($"{precision:F4}")));
            rows.Add(("  false positives at 95 % true positives", FormattableString.Invariant($"{fpr:F4}")));
            rows.Add(("  mean score, normal and anomalous", FormattableString.Invariant($"{normal.Average():G4} and {anomalies.Average():G4}")));
        }

        double seconds = clock.Elapsed.TotalSeconds;
        rows.Add(("seconds", FormattableString.Invariant($"{seconds:F1}")));
        terminal.Result(
            new JsonObject
            {
                ["method"] = method.Name,
                ["protocol"] = protocol,
                ["auc"] = scores[detector.Scores[0]]!["auc"]!.DeepClone(),
                ["scores"] = scores,
                ["warnings"] = new JsonArray([.. detector.Health!.Warnings.Select(w => JsonValue.Create(w))]),
                ["seconds"] = Math.Round(seconds, 2),
                ["settings"] = method.Write(detector.Options),
            },
            [.. rows]);
    }

    private static Dataset NotEmpty(Dataset set, string what) =>
        set.Count > 0 ? set : throw new InputException(set.Name, $"expected samples {what}, found none");
}
