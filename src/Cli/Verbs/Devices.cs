using System.CommandLine;
using System.Text.Json.Nodes;
using LisNative.Gpu;
using Spectre.Console;

namespace LisNative.Cli.Verbs;

/// <summary>devices: what --device can name, and why what was found cannot be used.</summary>
internal static class Devices
{
    internal static Command Command()
    {
        var json = Common.Json();
        var command = new Command("devices", "List the devices to compute on, and why some cannot be used.") { json };
        command.SetAction(parsed => new Terminal(parsed.GetValue(json)).Result(Json(), Table()));
        return command;
    }

    private static JsonObject Json() => new()
    {
        ["devices"] = new JsonArray(
        [
            new JsonObject { ["name"] = Device.Cpu.Name, ["model"] = Device.Cpu.Backend.Info.Description, ["refusal"] = null },
            .. GpuDevices.All.Select(d => new JsonObject
            {
                ["name"] = d.Name,
                ["model"] = d.Model,
                ["driver"] = d.Driver,
                ["memory"] = d.Memory,
                ["multiprocessors"] = d.Multiprocessors,
                ["groupSize"] = d.GroupSize,
                ["sharedMemory"] = d.SharedMemory,
                ["refusal"] = d.Refusal,
            }),
        ]),
        ["missing"] = new JsonArray([.. GpuDevices.Missing]),
    };

    private static Table Table()
    {
        var table = new Table().AddColumns("device", "model", "driver", "memory", "processors", "usable");
        table.AddRow(Cells(Device.Cpu.Name, Device.Cpu.Backend.Info.Description, "", "", $"{Environment.ProcessorCount}", "yes"));
        foreach (var d in GpuDevices.All)
        {
            table.AddRow(Cells(d.Name, d.Model, d.Driver, d.Memory == long.MaxValue ? ""
                : FormattableString.Invariant($"{d.Memory / 1024.0 / 1024 / 1024:F1} GiB"), $"{d.Multiprocessors}", d.Refusal is null
                ? "yes" : $"no: {d.Refusal}"));
        }

        foreach (string missing in GpuDevices.Missing)
        {
            table.AddRow(Cells(missing.Split(':')[0], "", "", "", "", $"no: {missing.Split(": ", 2)[1]}"));
        }

        return table;
    }

    private static string[] Cells(params string[] texts) => [.. texts.Select(Markup.Escape)];
}
