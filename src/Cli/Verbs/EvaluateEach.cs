using System.Text.Json.Nodes;
using LisNative.Experiments;
using Spectre.Console;

namespace LisNative.Cli.Verbs;

/// <summary>
/// evaluate --normal-class each: every class in turn is the normal one. Each is a cell of a results store, so that it is kept, gone on
/// with, and shared by ranks.
/// </summary>
internal static class EvaluateEach
{
    internal static void Run(string dataset, string? negative, string? features, bool oracle, DetectorOptions options,
        string output, Device on, DataFolder data, Terminal terminal, CancellationToken cancellation)
    {
        Cell[] cells = [.. ClassTask.OfEach(dataset, negative)
            .Select(task => new Cell(task with { Features = features }, options, oracle))];
        var store = new ResultStore(Path.Combine(output, "results.jsonl"));
        var runner = new Runner(on, data, store, new ExhibitFolder(Path.Combine(output, "exhibits")));
        Reproduce.Run(cells, runner, missing => throw new InputException(dataset, missing), terminal, cancellation);
        if (Ranks.IsFirst)
        {
            Report(cells, store.Read(), terminal);
        }
    }

    private static void Report(Cell[] cells, IReadOnlyDictionary<string, IReadOnlyDictionary<string, CellResult>> stored, Terminal terminal)
    {
        var results = cells.Select(c => (c.Task.Normal, Scores: stored[c.Key])).ToArray();
        string[] names = [.. results[0].Scores.Keys];
        double Mean(string name) => results.Average(r => r.Scores[name].Auc);
        JsonObject Json(Func<string, double> auc) => new(names.ToDictionary(n => n, n => (JsonNode?)auc(n)));
        var table = new Spectre.Console.Table();
        table.AddColumn("normal class");
        Array.ForEach(names, name => table.AddColumn($"AUC of {name}"));
        foreach (var (normal, scores) in results)
        {
            table.AddRow([normal, .. names.Select(n => Shown(scores[n].Auc))]);
        }

        table.AddRow(["mean", .. names.Select(n => Shown(Mean(n)))]);
        terminal.Result(
            new JsonObject
            {
                ["method"] = cells[0].Method,
                ["auc"] = Mean(names[0]),
                ["mean"] = Json(Mean),
                ["classes"] = new JsonObject(results.ToDictionary(r => r.Normal, r => (JsonNode?)Json(n => r.Scores[n].Auc))),
            },
            table);
    }

    private static string Shown(double auc) => FormattableString.Invariant($"{auc:F4}");
}
