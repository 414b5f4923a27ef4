using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using LisNative.Experiments;

namespace LisNative.Cli.Verbs;

/// <summary>import: a network that was trained elsewhere becomes a detector.</summary>
internal static class Import
{
    internal static Command Command()
    {
        var weights = new Argument<string>("WEIGHTS") { Description = "A safetensors file, as PyTorch's users save a state_dict." };
        var map = new Option<string?>("--names")
        {
            Description = "A JSON object of this project's names, each with the name in WEIGHTS; without it they are the same. inspect "
            + "--weights lists those of a model."
        };
        var normal = new Option<string>("--normal")
        { Description = "Normal data that the weights were not trained on: they set the thresholds.", Required = true };
        var path = new Option<string>("--out") { Description = "The model file.", Required = true };
        var (folder, reading, json, settings) =
            (Common.DataFolder(), new Reading(grouped: true), Common.Json(), new MethodOptions(trains: false));
        var command = new Command("import",
            "Make a detector of weights that were trained elsewhere: the layers are those of --method and its sizes.")
            { weights, map, normal, path, folder, json, reading.All, settings.All };
        command.SetAction(parsed =>
        {
            var (method, options) = settings.Read(parsed);
            string model = parsed.GetValue(path)!;
            Outputs.Check("--out", model,
                [parsed.GetValue(weights), parsed.GetValue(map), parsed.GetValue(normal), .. Outputs.DataFiles(parsed.GetValue(folder))]);
            var file = SafeTensors.Read(parsed.GetValue(weights)!);
            var named = parsed.GetValue(map) is { } names ? file.Renamed(Names(names)) : file;
            var how = reading.Options(parsed);
            var terminal = new Terminal(parsed.GetValue(json));
            var data = terminal.Doing("reading the normal data",
                () => Reading.Obeyed(how, new DataFolder(parsed.GetValue(folder)).Open(parsed.GetValue(normal)!, train: false, how)));
            using var detector = terminal.Doing("scoring the normal data", () => Detector.Import(Device.Cpu, data, named, options));
            detector.Save(model);
            terminal.Result(
                new JsonObject
                {
                    ["model"] = model,
                    ["method"] = method.Name,
                    ["heldOut"] = detector.Calibration.Scores.Length,
                    ["unreadable"] = reading.Unreadable
                },
                ("model", model),
                ("method", method.Name),
                ("normal samples that set the thresholds", $"{detector.Calibration.Scores.Length}"));
            return reading.ExitCode;
        });
        return command;
    }

    private static Dictionary<string, string> Names(string path)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(path))!.AsObject().ToDictionary(p => p.Key, p => p.Value!.GetValue<string>());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException
            or NullReferenceException)
        {
            throw new InputException(path, $"expected a JSON object of names ({e.Message})", e);
        }
    }
}
