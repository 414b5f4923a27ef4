using System.CommandLine;
using System.Text.Json.Nodes;
using LisNative.Data;

namespace LisNative.Cli.Verbs;

/// <summary>data get: the official files of a data set.</summary>
internal static class DataVerb
{
    internal static Command Command()
    {
        var name = new Argument<string>("NAME") { Description = $"One of {string.Join(", ", Sources.Names)}." };
        name.AcceptOnlyFromAmong([.. Sources.Names]);
        var folder = new Option<string>("--data")
        { Description = "Folder to put them in; a subfolder of the set's name is made.", DefaultValueFactory = _ => "data" };
        var json = Common.Json();
        var get = new Command(
            "get", "Download a data set from its official place, with checksums; an interrupted download goes on where it stopped.")
            { name, folder, json };
        get.SetAction(async (parsed, cancellation) =>
        {
            var terminal = new Terminal(parsed.GetValue(json));
            string set = parsed.GetValue(name)!, at = Path.Combine(parsed.GetValue(folder)!, set);
            using var download = new Download();
            await terminal.WithBytes(report => download.GetAsync(set, at, report, cancellation)).ConfigureAwait(false);
            string[] files = [.. Download.Files[set].Select(f => Path.Combine(at, f.Name))];
            terminal.Result(new JsonObject
            { ["files"] = new JsonArray([.. files]) }, [.. files.Select(f => ("file", f))]);
            return 0;
        });
        return new Command("data", "Data sets.") { get };
    }
}
