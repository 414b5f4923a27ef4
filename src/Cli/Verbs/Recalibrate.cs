using System.CommandLine;
using System.Text.Json.Nodes;
using LisNative.Cli.Signals;
using LisNative.Experiments;

namespace LisNative.Cli.Verbs;

/// <summary>recalibrate: a model's thresholds by recent normal samples; what it learnt stays as it is.</summary>
internal static class Recalibrate
{
    internal static Command Command()
    {
        var model = new Option<string>("--model") { Description = "A model file that train wrote.", Required = true };
        var normal = new Option<string>("--normal")
        { Description = "Recent normal data, which the model was not trained on: their scores set the thresholds.", Required = true };
        var path = new Option<string>("--out") { Description = "The model file to write.", Required = true };
        var resize = new Option<bool>("--resize")
        { Description = "Scale images to the model's size; otherwise another size is refused." };
        var (folder, reading, device, json) =
            (Common.DataFolder(), new Reading(sized: false, grouped: true), Common.DeviceName(), Common.Json());
        var command = new Command("recalibrate",
            "Set a model's thresholds and p-values anew, by recent normal data in place of those held out; scores stay as they are.")
        { model, normal, path, resize, folder, device, json, reading.All };
        command.SetAction(parsed =>
        {
            string output = parsed.GetValue(path)!, data = parsed.GetValue(normal)!;
            Outputs.Check("--out", output, [parsed.GetValue(model), data, .. Outputs.DataFiles(parsed.GetValue(folder))]);
            using var detector = Detector.Load(Common.OpenDevice(parsed.GetValue(device)!), parsed.GetValue(model)!);
            var how = Score.How(detector, reading, parsed, parsed.GetValue(resize));
            var terminal = new Terminal(parsed.GetValue(json));
            int before = detector.Calibration.Scores.Length;
            terminal.Doing("scoring the normal data", () =>
            {
                var normal = new DataFolder(parsed.GetValue(folder)).Open(data, train: true, how);
                SignalArguments.WarnOfStep(detector, data, normal, how.Warn);
                detector.Recalibrate(normal);
            });
            detector.Save(output);
            terminal.Result(
                new JsonObject
                {
                    ["model"] = output,
                    ["heldOutBefore"] = before,
                    ["heldOut"] = detector.Calibration.Scores.Length,
                    ["heldOutGroups"] = detector.Provenance.HeldOutGroups,
                    ["unreadable"] = reading.Unreadable,
                },
                ("model", output),
                ("set the thresholds before", $"{before} samples"),
                ("set them now", Inspect.HeldOut(detector.Calibration)));
            return reading.ExitCode;
        });
        return command;
    }
}
