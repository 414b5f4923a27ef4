using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using LisNative.Experiments;
using LisNative.Layers;
using Spectre.Console;

namespace LisNative.Cli.Verbs;

/// <summary>reproduce: the paper's tables, cell by cell, beside its numbers.</summary>
internal static class Reproduce
{
    private const string All = "all";

    internal static Command Command()
    {
        var what = new Argument<string>("WHAT") { Description = $"One of {string.Join(", ", PaperTables.Names)}, or {All}." };
        var rows = new Option<string[]>("--rows") { Description = "Only these rows, by their labels.", AllowMultipleArgumentsPerToken = true };
        var tasks = new Option<string[]>("--tasks") { Description = "Only these columns, by their labels.", AllowMultipleArgumentsPerToken = true };
        var seeds = new Option<int>("--seeds") { Description = "Seeds 1 to N for every task.", DefaultValueFactory = _ => 1 };
        var budget = new Option<string>("--budget") { Description = "full, or quick for a look: four epochs a phase.", DefaultValueFactory = _ => "full" };
        var settings = new Option<string?>("--settings") { Description = "A file of settings per data set in place of the project's own." };
        var place = new Option<string>("--out") { Description = "Folder of the results store and the tables.", DefaultValueFactory = _ => "results" };
        var (folder, device, json) = (Common.DataFolder(), Common.DeviceName(), Common.Json());
        var command = new Command("reproduce", "Run what is missing of the paper's tables and print them beside its numbers. Without --data, print what is stored.")
        {
            what, rows, tasks, seeds, budget, settings, folder, place, device, json,
        };
        command.SetAction((parsed, cancellation) =>
        {
            var terminal = new Terminal(parsed.GetValue(json));
            var tables = Chosen(parsed.GetValue(what)!, parsed.GetValue(settings), parsed.GetValue(budget)!, parsed.GetValue(rows) ?? [], parsed.GetValue(tasks) ?? []);
            int count = parsed.GetValue(seeds) is > 0 and var n ? n : throw new InputException("--seeds", $"expected at least 1, found {parsed.GetValue(seeds)}");
            string output = parsed.GetValue(place)!;
            var store = new ResultStore(Path.Combine(output, "results.jsonl"));
            if (parsed.GetValue(folder) is { } data)
            {
                Run(tables, count, new(Common.OpenDevice(parsed.GetValue(device)!), new DataFolder(data), store), terminal, cancellation);
            }

            Report(tables, count, store.Read(), output, terminal);
            return Task.FromResult(0);
        });
        return command;
    }

    private static Experiments.Table[] Chosen(string what, string? settings, string budget, string[] rows, string[] columns)
    {
        if (budget is not ("full" or "quick"))
        {
            throw new InputException("--budget", $"expected full or quick, found {budget}");
        }

        string[] names = what == All ? [.. PaperTables.Names] : PaperTables.Names.Contains(what) ? [what]
            : throw new InputException("WHAT", $"expected one of {string.Join(", ", PaperTables.Names)}, {All}, found {what}");
        var tables = new PaperTables(settings is null ? Settings.Own : Settings.Read(settings), budget == "quick");
        Experiments.Table[] whole = [.. names.Select(tables.Of)];
        Known("--rows", rows, [.. whole.SelectMany(t => t.Rows)]);
        Known("--tasks", columns, [.. whole.SelectMany(t => t.Columns)]);
        return [.. whole.Select(t => t with
        {
            Entries = [.. t.Entries.Where(e => (rows.Length == 0 || rows.Contains(e.Row)) && (columns.Length == 0 || columns.Contains(e.Column)))],
        }).Where(t => t.Entries.Count > 0)];
    }

    private static void Known(string option, string[] wanted, string[] known)
    {
        if (Array.Find(wanted, w => !known.Contains(w)) is { } unknown)
        {
            throw new InputException(option, $"expected one of {string.Join("; ", known.Distinct())}, found {unknown}");
        }
    }

    /// <summary>Runs what is missing; a data set whose files are not there is named and passed over.</summary>
    private static void Run(Experiments.Table[] tables, int seeds, Runner runner, Terminal terminal, CancellationToken cancellation)
    {
        Cell[] cells = [.. Enumerable.Range(1, seeds).SelectMany(seed => tables.SelectMany(t => t.Entries).SelectMany(e => e.Of((ulong)seed)))];
        foreach (var set in cells.GroupBy(c => c.Task.Dataset))
        {
            try
            {
                terminal.WithProgress(progress =>
                {
                    runner.Run(set, (number, all, cell) => terminal.Note($"{number} of {all}: {cell.Method}, {cell.Task.Dataset} {cell.Task.Normal}, negatives {cell.Task.Negative ?? "none"}, seed {cell.Options.Seed}"), progress, cancellation);
                    return 0;
                });
            }
            catch (InputException e) when (e.Message.Contains("found no such file", StringComparison.Ordinal))
            {
                Terminal.Warn($"{e.Message}; what needs it is not measured");
            }
        }
    }

    private static void Report(Experiments.Table[] tables, int seeds, IReadOnlyDictionary<string, IReadOnlyDictionary<string, CellResult>> stored, string output, Terminal terminal)
    {
        var (all, markdown) = (new JsonArray(), new List<string>());
        foreach (var table in tables)
        {
            var shown = new Spectre.Console.Table { Title = new TableTitle(Markup.Escape($"{table.Name}: {table.Title}")) };
            shown.AddColumn("").AddColumns([.. table.Columns.Select(c => Markup.Escape(c))]);
            markdown.AddRange(["", $"## {table.Name}: {table.Title}", "", $"| |{string.Concat(table.Columns.Select(c => $" {c} |"))}", $"|---|{string.Concat(table.Columns.Select(_ => "---:|"))}"]);
            foreach (string row in table.Rows)
            {
                string[] texts = [.. table.Columns.Select(column => table.Entries.FirstOrDefault(e => e.Row == row && e.Column == column) is { } entry ? Text(entry, Summary.Of(entry, seeds, stored)) : "")];
                shown.AddRow([Markup.Escape(row), .. texts.Select(t => Markup.Escape(t))]);
                markdown.Add($"| {row} |{string.Concat(texts.Select(t => $" {t} |"))}");
            }

            foreach (var entry in table.Entries)
            {
                all.Add(Json(table, entry, Summary.Of(entry, seeds, stored)));
            }

            terminal.Show(shown);
        }

        string file = Path.Combine(output, "tables.md");
        AtomicFile.Write(file, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', markdown).TrimStart() + "\n")));
        terminal.Say($"Ours ± deviation over seeds [95 % interval from the test samples] (the paper's, difference). Written to {file}.");
        terminal.Object(new JsonObject { ["entries"] = all });
    }

    private static string Text(Entry entry, Summary? summary)
    {
        string paper = entry.Paper is { } p ? FormattableString.Invariant($" ({p:F4}{(summary is null ? "" : FormattableString.Invariant($", {summary.Mean - p:+0.0000;−0.0000}"))})") : "";
        return summary is null ? $"not measured{paper}"
            : string.Create(CultureInfo.InvariantCulture, $"{summary.Mean:F4}{(double.IsNaN(summary.Spread) ? "" : FormattableString.Invariant($" ± {summary.Spread:F4}"))} [{summary.Mean - (1.96 * summary.Sampling):F4}, {summary.Mean + (1.96 * summary.Sampling):F4}]{paper}");
    }

    private static JsonObject Json(Experiments.Table table, Entry entry, Summary? summary) => new()
    {
        ["table"] = table.Name,
        ["row"] = entry.Row,
        ["column"] = entry.Column,
        ["paper"] = entry.Paper,
        ["mean"] = summary?.Mean,
        ["spread"] = summary is null || double.IsNaN(summary.Spread) ? null : summary.Spread,
        ["sampling"] = summary?.Sampling,
        ["seeds"] = summary?.Seeds ?? 0,
    };
}
