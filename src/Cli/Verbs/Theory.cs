using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using LisNative.Data;
using LisNative.Exact;
using LisNative.Experiments;
using LisNative.Features;
using LisNative.Random;
using LisNative.Training;

namespace LisNative.Cli.Verbs;

/// <summary>theory: section 4 of the paper, claim by claim, on the exact linear LIS-AE.</summary>
internal static class Theory
{
    private const int Failed = 1, MostTested = 2000, DefaultLatent = 32;

    internal static Command Command()
    {
        var (folder, json, seed) = (Common.DataFolder(), Common.Json(), Common.Seed());
        var dataset = new Option<string>("--dataset")
        { Description = "The normal samples' data set, with --data.", DefaultValueFactory = _ => "mnist" };
        var normalClass = new Option<int>("--normal-class") { Description = "The normal class.", DefaultValueFactory = _ => 8 };
        var negative = new Option<string>("--negative")
        { Description = "Negatives: a data set, classes of one (mnist:3,5), or a path.", DefaultValueFactory = _ => "omniglot" };
        var latent = new Option<int>("--latent")
        { Description = "r, the size of the latent layer.", DefaultValueFactory = _ => DefaultLatent };
        var pictures = new Option<string>("--out") { Description = "Folder for the figures.", DefaultValueFactory = _ => "theory-out" };
        var inner = new Option<bool>("--inner")
        { Description = "Compare with a LIS-AE trained on the same samples: the closed form on its encoder's output, and its phase 2." };
        var features = new FeatureOptions();
        var command = new Command("theory",
            "Check the paper's linear analysis claim by claim, on embedded stroke digits or with --data on real ones; with --features and "
            + "--pooled on what a network finds in them.")
            { folder, dataset, normalClass, negative, latent, inner, pictures, seed, json, features.All };
        command.SetAction((parsed, cancellation) =>
        {
            string? at = parsed.GetValue(folder);
            ulong seeded = parsed.GetValue(seed);
            int r = parsed.GetValue(latent);
            var sets = at is null ? TheorySamples.Strokes(new Philox(seeded, 0x7E1))
                : Open(at, parsed.GetValue(dataset)!, parsed.GetValue(normalClass), parsed.GetValue(negative)!);
            var terminal = new Terminal(parsed.GetValue(json));
            using var network = features.OfDataSet(parsed, Device.Cpu, new())?.Extractor;
            sets = network is null ? sets : terminal.WithProgress(p => Found(network, sets, p, cancellation));
            return Task.FromResult(parsed.GetValue(inner) ? RunInner(sets, r, seeded, terminal, cancellation)
                : Run(TheorySamples.Of(sets, r, MostTested), sets.Positives.SampleShape, parsed.GetValue(pictures)!, seeded, terminal,
                    cancellation));
        });
        return command;
    }

    /// <summary>The paper's figure 2 alone, on its data: digit 8 of MNIST, negatives Omniglot.</summary>
    internal static void Figure2(string folder, string path, Terminal terminal, CancellationToken cancellation)
    {
        var sets = Open(folder, "mnist", 8, "omniglot");
        TheoryFigures.Figure2(
            path, TheoryReport.Of(TheorySamples.Of(sets, DefaultLatent, MostTested), [], 1, new Steps(terminal), cancellation),
            sets.Positives.SampleShape);
    }

    private static (Dataset Positives, Dataset HeldOut, Dataset Negatives, Dataset Anomalies) Open(
        string folder, string name, int normal, string negative)
    {
        Dataset train = Sources.Load(name, folder, train: true), test = Sources.Load(name, folder, train: false),
            negatives = new DataFolder(folder).Open(negative, train: true);
        if (negatives.SampleShape != train.SampleShape)
        {
            throw new InputException(negative, $"expected samples {train.SampleShape} as in {name}, found {negatives.SampleShape}");
        }

        int[] others = [.. test.Labels.Distinct().Where(c => c != normal)];
        return (train.OfClasses(normal), test.OfClasses(normal), negatives, test.OfClasses(others));
    }

    /// <summary>What a network finds in the pictures that are used, a vector each.</summary>
    private static (Dataset Positives, Dataset HeldOut, Dataset Negatives, Dataset Anomalies) Found(
        NetworkExtractor network, (Dataset Positives, Dataset HeldOut, Dataset Negatives, Dataset Anomalies) sets,
        IProgress<TrainingProgress> progress, CancellationToken cancellation)
    {
        Dataset Of(Dataset set) => network.Features(set, progress, cancellation);
        return (Of(sets.Positives), Of(sets.HeldOut), Of(Some(sets.Negatives)), Of(Some(sets.Anomalies)));
    }

    private static Dataset Some(Dataset set) => set.Select(set.Name, [.. Enumerable.Range(0, Math.Min(set.Count, MostTested))]);

    /// <summary>A LIS-AE as narrow as the matrices of MathNet allow, and the closed form on its encoder's output.</summary>
    private static int RunInner(
        (Dataset Positives, Dataset HeldOut, Dataset Negatives, Dataset Anomalies) sets, int latent, ulong seed, Terminal terminal,
        CancellationToken cancellation)
    {
        const int Width = 16;
        var options = new LisOptions { Latent = latent, Seed = seed };
        options = sets.Positives.SampleShape.Rank == 1 ? options : options with { Width1 = Width, Width2 = Width };
        using var fitted = terminal.WithProgress(progress =>
            Detector.Fit(Device.Cpu, sets.Positives, sets.Negatives, options, progress, cancellation: cancellation));
        terminal.Say("… the closed form on the encoder's output");
        var inner = InnerLayer.Of(
            Device.Cpu, fitted, sets.Positives, sets.HeldOut, Some(sets.Negatives), Some(sets.Anomalies), new Philox(seed, 0x7E2));
        terminal.Result(
            new JsonObject
            {
                ["auc"] = Numbers(inner.Auc),
                ["ratios"] = Numbers(inner.Ratios),
                ["overlap"] = inner.Overlap,
                ["chance"] = inner.Chance,
            },
            [
                .. inner.Auc.Select(a => ($"AUC, {a.Key}", FormattableString.Invariant($"{a.Value:F4}"))),
                .. inner.Ratios.Select(r => ($"sees of negatives, {r.Key}",
                    FormattableString.Invariant($"{r.Value:F2} times what it sees of normal samples"))),
                ("phase 2 within the exact directions",
                    FormattableString.Invariant($"{inner.Overlap:P1} of its change, of a random one {inner.Chance:P1}")),
            ]);
        return 0;
    }

    private static int Run(TheorySamples data, Shape sample, string folder, ulong seed, Terminal terminal, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var report = TheoryReport.Of(data, [Device.Reference, Device.Cpu], seed, new Steps(terminal), cancellation);
        string figure = Path.Combine(folder, "figure2.png"), spectrum = Path.Combine(folder, "spectrum.svg");
        string[] figures = sample.Rank == 1 ? [spectrum] : [figure, spectrum];
        TheoryFigures.Spectrum(spectrum, report);
        if (sample.Rank > 1)
        {
            TheoryFigures.Figure2(figure, report, sample);
        }

        if (!report.HasNullSpace)
        {
            Terminal.Warn(
                "the normal samples span all that the negatives reach: there is no null-space solution, and γ cannot be reached without "
                + "raising the normal samples' error");
        }

        int failed = report.Checks.Count(c => !c.Passed);
        terminal.Result(
            new JsonObject
            {
                ["checks"] = new JsonArray([.. report.Checks.Select(Json)]),
                ["passed"] = failed == 0,
                ["auc"] = Numbers(report.Auc),
                ["gamma"] = report.Gamma,
                ["rank"] = report.Pca.Rank,
                ["spectrum"] = new JsonArray([.. report.Spectrum]),
                ["tilt"] = new JsonArray([.. report.Tilt]),
                ["pictures"] = new JsonArray([.. figures]),
                ["seconds"] = Math.Round(clock.Elapsed.TotalSeconds, 2),
            },
            [
                .. report.Checks.Select(c => ($"{(c.Passed ? "ok  " : "FAIL")} {c.Name}",
                FormattableString.Invariant($"{c.Residual:E1} of {c.Tolerance:E0}: {c.Claim}; {c.Verdict}"))),
                .. report.Auc.Select(a => ($"AUC, {a.Key}", FormattableString.Invariant($"{a.Value:F4}"))),
                ("figures", string.Join(", ", figures)),
                ("checks", FormattableString.Invariant(
                $"{report.Checks.Count - failed} of {report.Checks.Count} come out as documented, {clock.Elapsed.TotalSeconds:F1} s")),
            ]);
        return failed == 0 ? 0 : Failed;
    }

    private static JsonObject Numbers(IReadOnlyDictionary<string, double> all) =>
        new(all.ToDictionary(a => a.Key, a => (JsonNode?)a.Value));

    private static JsonObject Json(Check check) => new()
    {
        ["name"] = check.Name,
        ["claim"] = check.Claim,
        ["residual"] = double.IsFinite(check.Residual) ? check.Residual : null,
        ["tolerance"] = check.Tolerance,
        ["passed"] = check.Passed,
        ["verdict"] = check.Verdict,
    };

    private sealed class Steps(Terminal terminal) : IProgress<string>
    {
        public void Report(string value) => terminal.Say($"… {value}");
    }
}
