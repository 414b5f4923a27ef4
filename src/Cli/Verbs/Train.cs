using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using LisNative.Cli.Report;
using LisNative.Data;
using LisNative.Experiments;
using LisNative.Training;

namespace LisNative.Cli.Verbs;

/// <summary>train: a detector from the user's data, to one file.</summary>
internal static class Train
{
    internal static Command Command()
    {
        var normal = new Option<string>("--normal")
        {
            Description = "Normal data: a folder or zip of images, IDX, .npy, .npz, a table as text (.csv, .tsv, .txt), or a data set's "
            + "name with classes (mnist:8).",
            Required = true
        };
        var negative = new Option<string?>("--negative")
        {
            Description = "Negative examples of a similar domain, likewise, or synthetic to make them from the normal data; methods that "
            + "do not learn from them ignore them."
        };
        var path = new Option<string>("--out") { Description = "The model file.", Required = true };
        var resume = new Option<bool>("--resume")
        { Description = "Go on with a training that was stopped, from the checkpoint beside the model file." };
        var every = new Option<double>("--checkpoint")
        {
            Description = "Seconds between two checkpoints; one is written, too, when training is stopped.",
            DefaultValueFactory = _ => 15,
            CustomParser = Common.Number
        };
        var (folder, reading, json, device, settings, features) = (Common.DataFolder(), new Reading(grouped: true), Common.Json(),
            Common.DeviceName(), new MethodOptions(), new FeatureOptions());
        var (bound, windows) = (new MemoryOption(), new WindowOptions());
        var command = new Command("train",
            "Train a detector on normal data and, where the method uses them, negative examples. With --ranks the processes that mpirun "
            + "starts share every batch.")
        {
            normal, negative, path, resume, every, folder, device, Ranks.Flag, json, reading.All, settings.All, features.All,
            windows.All, bound.Option,
        };
        command.SetAction((parsed, cancellation) =>
        {
            var clock = Stopwatch.StartNew();
            var (how, model) = (reading.Options(parsed), parsed.GetValue(path)!);
            var (method, options) = settings.Read(parsed);
            var signal = windows.Read(parsed);
            long? memory = bound.Read(parsed);
            var limit = settings.Limit(parsed, options);
            var ranks = Ranks.Join(parsed.GetValue(normal), parsed.GetValue(negative));
            string? page = PageOf(model);
            if (Ranks.IsFirst)
            {
                Outputs.Check("--out", model,
                    [parsed.GetValue(normal), parsed.GetValue(negative), .. Outputs.DataFiles(parsed.GetValue(folder))]);
                Outputs.CheckUnnamed("--out", page);
            }

            using var claim = Ranks.IsFirst && page is not null ? Outputs.Claim("--out", model) : null;
            var terminal = new Terminal(parsed.GetValue(json));
            var checkpoint = page is null && !parsed.GetValue(resume) ? null
                : CheckpointOf(model, parsed.GetValue(resume), parsed.GetValue(every));
            var data = new DataFolder(parsed.GetValue(folder));
            var on = Common.OpenDevice(parsed.GetValue(device)!);
            (var create, how) = signal is null
                ? features.Read(parsed, settings, parsed.GetValue(normal)!, terminal, on, how) : features.Read(parsed, on, how);
            var (positives, negatives) = TrainingData.Read(
                terminal, data, parsed.GetValue(normal)!, parsed.GetValue(negative), how, on, method, options, ranks, create, memory,
                signal);
            using var extractor = create?.Invoke(positives.SampleShape);
            var plan = Detector.PlanOf(on, positives, negatives, options, ranks, extractor, memory);
            long needed = options.Need(plan).Within(plan.Memory);
            terminal.Say($"needs about {MemoryNeed.Text(needed)} of {MemoryNeed.Text(plan.Memory)} of memory");
            var scaling = settings.Scaling(parsed, positives);
            using var detector = terminal.WithProgress(progress => Fit(
                p => Detector.Fit(on, positives, negatives, options, p, checkpoint, ranks, extractor, limit, memory, scaling, cancellation),
                progress, checkpoint));
            if (!Ranks.IsFirst)
            {
                return Task.FromResult(0);
            }

            detector.Save(model);
            checkpoint?.Delete();
            bool isDrawn = page is not null
                && terminal.Doing("drawing the report",
                () => IsDrawn(page, model, () => Shown(method, options, detector, positives, negatives)));
            Terminal.Warn(detector.Health!);
            var phases = detector.Health!.Training.Losses;
            if (ranks is not null && phases.Count == 0)
            {
                Terminal.Warn($"{method.Name} does not learn in steps: each of {ranks.Size} processes did the whole work");
            }

            double seconds = clock.Elapsed.TotalSeconds;
            terminal.Result(
                new JsonObject
                {
                    ["model"] = model,
                    ["report"] = isDrawn ? page : null,
                    ["normal"] = positives.Count,
                    ["negative"] = negatives?.Count ?? 0,
                    ["heldOut"] = detector.Calibration.Scores.Length,
                    ["heldOutGroups"] = detector.Provenance.HeldOutGroups,
                    ["method"] = method.Name,
                    ["losses"] = new JsonObject(
                        phases.ToDictionary(p => p.Phase, p => (JsonNode?)new JsonArray(p.Losses[0], p.Losses[^1]))),
                    ["training"] = ProgressText.Json(detector.Provenance.Training),
                    ["seconds"] = Math.Round(seconds, 2),
                    ["memoryNeeded"] = needed,
                    ["unreadable"] = reading.Unreadable,
                    ["warnings"] = new JsonArray([.. detector.Health.Warnings]),
                    ["settings"] = Methods.Find(detector.Options).Write(detector.Options),
                },
                [
                ("model", model),
                ("report", isDrawn ? page! : "none"),
                ("samples, normal and negative", $"{positives.Count} and {negatives?.Count ?? 0}"),
                ("held out", Inspect.HeldOut(detector.Calibration)),
                .. phases.Select(p => ($"loss, first to last, {p.Phase}",
                FormattableString.Invariant($"{p.Losses[0]:F3} to {p.Losses[^1]:F3}"))),
                .. ProgressText.Rows(detector.Provenance.Training),
                ("seconds", FormattableString.Invariant($"{seconds:F1}"))]);
            return Task.FromResult(reading.ExitCode);
        });
        return command;
    }

    /// <summary>The report beside a model file; null where nothing can lie beside it.</summary>
    private static string? PageOf(string model)
    {
        string page = Path.ChangeExtension(model, ".html");
        return Outputs.IsStream(model) ? null : page != model ? page
            : throw new InputException("--out", $"expected a model file, found {model}, which is what its report page would be called");
    }

    /// <summary>Draws the report, and deletes what earlier writers left of the model. That is kept whatever comes of it.</summary>
    private static bool IsDrawn(string page, string model, Func<Exhibit> shown) => Page.IsDrawn(page, "report", () =>
    {
        Page.Write(page, $"Training of {Path.GetFileName(model)}", [ExhibitSection.Html(shown())]);
        AtomicFile.Clean(model);
    }, "; the model is whole");

    /// <summary>The checkpoint beside a model file. One that is there is neither passed over nor overwritten unasked.</summary>
    private static Checkpoint CheckpointOf(string model, bool resume, double seconds)
    {
        var checkpoint = new Checkpoint($"{model}.checkpoint", seconds is >= 0 and < int.MaxValue ? TimeSpan.FromSeconds(seconds)
            : throw new InputException("--checkpoint", FormattableString.Invariant($"expected at least 0 seconds, found {seconds}")));
        if (Ranks.IsFirst && checkpoint.Exists && !resume)
        {
            throw new InputException(checkpoint.Path,
                "expected none, found the checkpoint of a training that was stopped: --resume goes on with it, deleting it begins anew");
        }

        if (Ranks.IsFirst && resume && !checkpoint.Exists)
        {
            Terminal.Warn($"{checkpoint.Path}: found nothing to go on from; training begins anew");
        }

        return checkpoint;
    }

    private static Detector Fit(
        Func<IProgress<TrainingProgress>, Detector> fit, IProgress<TrainingProgress> progress, Checkpoint? checkpoint)
    {
        try
        {
            return fit(progress);
        }
        catch (OperationCanceledException) when (checkpoint?.State is not null)
        {
            Terminal.Warn($"{checkpoint.Path} has the state after {checkpoint.State}; --resume goes on from there");
            throw;
        }
    }

    /// <summary>On normal data held out of training, where some were.</summary>
    private static Exhibit Shown(Method method, DetectorOptions options, Detector detector, Dataset positives, Dataset? negatives)
    {
        var heldOut = Detector.HoldOut(positives, options).HeldOut;
        return heldOut.Count > 0
            ? Exhibit.Create(method.Summary, detector, heldOut, "negatives", negatives)
            : Exhibit.Create($"{method.Summary}; on its own training data, for none were held out", detector, positives, "negatives",
                negatives);
    }
}
