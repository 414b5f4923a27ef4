using System.CommandLine;
using System.Text.Json.Nodes;
using LisNative.Onnx;

namespace LisNative.Cli.Verbs;

/// <summary>export: a model for other runtimes.</summary>
internal static class Export
{
    internal static Command Command()
    {
        var model = new Argument<string>("MODEL") { Description = "A model file that train wrote." };
        var onnx = new Option<string>("--onnx")
        { Description = "The ONNX file to write: samples in, scores out, preprocessing inside.", Required = true };
        var json = Common.Json();
        var command = new Command("export", "Write a model for other runtimes.") { model, onnx, json };
        command.SetAction(parsed =>
        {
            string path = parsed.GetValue(onnx)!;
            Outputs.Check("--onnx", path, parsed.GetValue(model));
            DetectorExport.Write(parsed.GetValue(model)!, path);
            new Terminal(parsed.GetValue(json))
                .Result(new JsonObject { ["written"] = path }, ("written", path), ("input", $"{DetectorExport.Input} [batch, sample…]"),
                ("output", $"{DetectorExport.Output} [batch], higher is more anomalous"));
        });
        return command;
    }
}
