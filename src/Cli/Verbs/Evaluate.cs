using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using LisNative.Data;
using LisNative.Experiments;
using LisNative.Scoring;

namespace LisNative.Cli.Verbs;

/// <summary>
/// evaluate: the paper's protocol on a labelled data set, one class or several normal and the rest anomalies; or the user's own samples.
/// </summary>
internal static class Evaluate
{
    internal static Command Command()
    {
        var dataset = new Option<string?>("--dataset")
        { Description = $"One of {string.Join(", ", Sources.Names)}, with --normal-class and --data." };
        var normalClass = new Option<string?>("--normal-class")
        { Description = "The normal class, or several: 8 or 0,1; each for every class in turn, kept in --out, where --ranks share them." };
        var negative = new Option<string?>("--negative")
        {
            Description = "Negatives: a data set (omniglot), classes of one (cifar10:5,6), next for the class after the normal one, "
            + "other-half for the five classes of the other half, supervised for the anomalies' own classes (an upper bound), "
            + "synthetic to make them from the normal data, or a path."
        };
        var oracle = new Option<bool>("--oracle")
        {
            Description = "Choose the setting that published results choose so by the AUC on a random tenth of the labelled test data "
            + "(oc-svm: γ). Nobody who looks for unknown anomalies can do this."
        };
        var place = new Option<string>("--out")
        { Description = "With --normal-class each: folder of the results store.", DefaultValueFactory = _ => "results" };
        var folder = Common.DataFolder();
        var (reading, json, device, settings, features) =
            (new Reading(grouped: true), Common.Json(), Common.DeviceName(), new MethodOptions(), new FeatureOptions());
        var (windows, bound) = (new WindowOptions(), new MemoryOption());
        var command = new Command("evaluate",
            "Train on one class of a data set, or on your own normal samples, and measure how well others are found.")
        {
            dataset, normalClass, negative, folder, device, oracle, place, Ranks.Flag, json, windows.All, EvaluateOwn.Options,
            EvaluateSignals.Options, reading.All, settings.All, features.All, bound.Option,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var clock = Stopwatch.StartNew();
            var terminal = new Terminal(parsed.GetValue(json));
            var data = new DataFolder(parsed.GetValue(folder), reading.Options(parsed));
            if (windows.Read(parsed) is { } signal)
            {
                Refuse(parsed, "with --window", [dataset, normalClass, oracle, .. EvaluateOwn.OfPictures, .. features.All]);
                return EvaluateSignals.Run(parsed, signal, reading, settings, terminal, parsed.GetValue(negative),
                    parsed.GetValue(device)!, data, bound.Read(parsed), cancellation);
            }

            Refuse(parsed, "without --window", EvaluateSignals.Options);
            if (EvaluateOwn.IsAsked(parsed))
            {
                Refuse(parsed, "with your own samples", dataset, normalClass, oracle);
                return EvaluateOwn.Run(
                    parsed, reading, settings, features, terminal, parsed.GetValue(negative), parsed.GetValue(device)!, data,
                    bound.Read(parsed), cancellation);
            }

            foreach (Option needed in new Option[] { dataset, normalClass, folder })
            {
                _ = parsed.GetResult(needed) ?? throw new InputException(needed.Name,
                    "expected it, or --normal and --test with your own samples, found neither");
            }

            bool byFeatures = features.HasNetwork(parsed);
            Refuse(parsed, "with a data set", [.. EvaluateOwn.Options, .. reading.OfOwn(isSized: byFeatures)]);
            var (method, options) = settings.Read(parsed, byFeatures ? null : parsed.GetValue(dataset));
            var limit = settings.Limit(parsed, options);
            bool isEach = parsed.GetValue(normalClass) == "each";
            if (isEach)
            {
                Refuse(parsed, "with --normal-class each", bound.Option, settings.Scale);
                if (limit is not null)
                {
                    throw new InputException("--minutes", "expected none with --normal-class each, whose results are stored, found one");
                }

                Outputs.CheckFolder(parsed.GetValue(place)!);
                if (WorkerProcess.IsWanted)
                {
                    Ranks.Agree(parsed.GetValue(negative));
                    return await WorkerProcess.Run(cancellation).ConfigureAwait(false);
                }
            }

            var on = Common.OpenDevice(parsed.GetValue(device)!);
            var network = features.OfDataSet(parsed, on, reading.Options(parsed));
            using var extractor = network?.Extractor;
            data = extractor is null ? data : new(parsed.GetValue(folder), reading.Options(parsed) with { Size = null })
            { Transform = set => terminal.WithProgress(p => extractor.Features(set, p, cancellation)) };
            if (isEach)
            {
                EvaluateEach.Run(
                    parsed.GetValue(dataset)!, parsed.GetValue(negative), network?.Name, parsed.GetValue(oracle), options,
                    parsed.GetValue(place)!, on, data, terminal, cancellation);
                return reading.ExitCode;
            }

            var ranks = Ranks.Join(parsed.GetValue(negative));
            var task = terminal.Doing("reading the data",
                () => ClassTask.Create(parsed.GetValue(dataset)!, parsed.GetValue(normalClass)!, parsed.GetValue(negative))
                .Read(data, options.Seed));
            Common.WarnOfNegatives(options, task.Normal, task.Negatives, terminal);
            long? memory = bound.Read(parsed);
            var scaling = settings.Scaling(parsed, task.Normal);
            Detector Fit(DetectorOptions o) => terminal.WithProgress(p => Detector.Fit(
                on, task.Normal, task.Negatives, o, p, ranks: ranks, limit: limit, memory: memory, scaling: scaling,
                cancellation: cancellation));
            if (parsed.GetValue(oracle))
            {
                (options, task) = Oracle.Ask(options, task, Fit);
            }

            using var detector = Fit(options);
            Terminal.Warn(detector.Health!);
            string protocol = parsed.GetValue(oracle) ? "oracle: a setting was chosen by labelled test data" : "no test label was used";
            Report(terminal, detector, method, protocol, task, clock);
            return reading.ExitCode;
        });
        return command;
    }

    /// <summary>Refuses options that say nothing to what is asked for.</summary>
    private static void Refuse(ParseResult parsed, string where, params IEnumerable<Option> options)
    {
        if (options.FirstOrDefault(o => parsed.IsGiven(o)) is { } vain)
        {
            throw new InputException(vain.Name, $"expected none {where}, found one");
        }
    }

    private static void Report(Terminal terminal, Detector detector, Method method, string protocol, TaskData task, Stopwatch clock)
    {
        var (scores, rows) = (new JsonObject(), new List<(string, string)> { ("method", method.Summary), ("protocol", protocol) });
        foreach (string name in detector.ScoreNames)
        {
            float[] normal = detector.Score(task.TestNormal, name), anomalies = detector.Score(task.TestAnomalies, name);
            double auc = Metrics.Auc(normal, anomalies), precision = Metrics.AveragePrecision(normal, anomalies),
                fpr = Metrics.FalsePositiveRate(normal, anomalies);
            scores[name] = new JsonObject
            {
                ["auc"] = auc,
                ["averagePrecision"] = precision,
                ["fprAt95Tpr"] = fpr,
                ["meanNormal"] = normal.Average(),
                ["meanAnomalous"] = anomalies.Average()
            };
            rows.Add(($"AUC of {name}", FormattableString.Invariant($"{auc:F4}")));
            rows.Add(("  average precision", FormattableString.Invariant($"{precision:F4}")));
            rows.Add(("  false positives at 95 % true positives", FormattableString.Invariant($"{fpr:F4}")));
            rows.Add(("  mean score, normal and anomalous",
                FormattableString.Invariant($"{normal.Average():G4} and {anomalies.Average():G4}")));
        }

        double seconds = clock.Elapsed.TotalSeconds;
        rows.AddRange(ProgressText.Rows(detector.Provenance.Training));
        rows.Add(("seconds", FormattableString.Invariant($"{seconds:F1}")));
        terminal.Result(
            new JsonObject
            {
                ["method"] = method.Name,
                ["protocol"] = protocol,
                ["auc"] = scores[detector.ScoreNames[0]]!["auc"]!.DeepClone(),
                ["scores"] = scores,
                ["warnings"] = new JsonArray([.. detector.Health!.Warnings]),
                ["training"] = ProgressText.Json(detector.Provenance.Training),
                ["seconds"] = Math.Round(seconds, 2),
                ["settings"] = Methods.Find(detector.Options).Write(detector.Options),
            },
            [.. rows]);
    }
}
