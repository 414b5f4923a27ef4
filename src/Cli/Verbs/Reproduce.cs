using System.CommandLine;
using LisNative.Cli.Report;
using LisNative.Data;
using LisNative.Experiments;

namespace LisNative.Cli.Verbs;

/// <summary>reproduce: the paper's tables and figures, cell by cell, beside its numbers.</summary>
internal static class Reproduce
{
    private const string All = "all", Figure2 = "figure2";

    private static readonly string[] Everything = [.. PaperTables.Names, Figure2, .. PaperTables.Figures];

    internal static Command Command()
    {
        var what = new Argument<string[]>("WHAT")
        { Description = $"Some of {string.Join(", ", Everything)}, or {All}.", Arity = ArgumentArity.OneOrMore };
        var rows = new Option<string[]>("--rows")
        { Description = "Only these rows, by their labels.", AllowMultipleArgumentsPerToken = true };
        var tasks = new Option<string[]>("--tasks")
        { Description = "Only these columns, by their labels.", AllowMultipleArgumentsPerToken = true };
        var seeds = new Option<int>("--seeds") { Description = "Seeds 1 to N for every task.", DefaultValueFactory = _ => 1 };
        var budget = new Option<string>("--budget")
        { Description = "full, or quick for a look: four epochs a phase.", DefaultValueFactory = _ => "full" };
        var settings = new Option<string?>("--settings") { Description = "A file of settings per data set in place of the project's own." };
        var place = new Option<string>("--out")
        { Description = "Folder of the results store and the tables.", DefaultValueFactory = _ => "results" };
        var (folder, device, json) = (Common.DataFolder(), Common.DeviceName(), Common.Json());
        var command = new Command("reproduce",
            "Run what is missing of the paper's tables and figures, and print them beside its numbers. Without --data, print what is "
            + "stored. With --ranks the processes that mpirun starts share the cells.")
        {
            what, rows, tasks, seeds, budget, settings, folder, place, device, Ranks.Flag, json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var terminal = new Terminal(parsed.GetValue(json));
            string[] names = parsed.GetValue(what)!.Contains(All) ? Everything : parsed.GetValue(what)!;
            var (tables, figures) = Chosen(
                names, parsed.GetValue(settings), parsed.GetValue(budget)!, parsed.GetValue(rows) ?? [], parsed.GetValue(tasks) ?? []);
            int count = parsed.GetValue(seeds) is > 0 and var n ? n
                : throw new InputException("--seeds", $"expected at least 1, found {parsed.GetValue(seeds)}");
            string output = parsed.GetValue(place)!;
            Outputs.CheckFolder(output, "report.html", "tables.md");
            var store = new ResultStore(Path.Combine(output, "results.jsonl"));
            var exhibits = new ExhibitFolder(Path.Combine(output, "exhibits"));
            if (parsed.GetValue(folder) is { } data)
            {
                if (WorkerProcess.IsWanted)
                {
                    Ranks.Agree(parsed.GetValue(settings));
                    return await WorkerProcess.Run(cancellation).ConfigureAwait(false);
                }

                Cell[] cells =
                [
                    .. Enumerable.Range(1, count).SelectMany(seed => tables.SelectMany(t => t.Entries).SelectMany(e => e.Of((ulong)seed))),
                    .. figures.SelectMany(f => f.Panes).SelectMany(p => p.Of(1)),
                ];
                Run(cells, new(Common.OpenDevice(parsed.GetValue(device)!), new DataFolder(data), store, exhibits), NotMeasured, terminal,
                    cancellation);
            }

            if (!Ranks.IsFirst)
            {
                return 0;
            }

            if (names.Contains(Figure2))
            {
                LinearFigure(Path.Combine(output, "figure2.png"), parsed.GetValue(folder), terminal, cancellation);
            }

            new PaperReport(tables, figures, count, store.Read(), exhibits).Write(output, terminal);
            return 0;
        });
        return command;
    }

    private static (Experiments.Table[] Tables, Figure[] Figures) Chosen(
        string[] names, string? settings, string budget, string[] rows, string[] columns)
    {
        if (budget is not ("full" or "quick"))
        {
            throw new InputException("--budget", $"expected full or quick, found {budget}");
        }

        Known("WHAT", names, [.. Everything, All]);
        var tables = new PaperTables(settings is null ? Settings.Own : Settings.Read(settings), budget == "quick");
        Experiments.Table[] whole = [.. names.Intersect(PaperTables.Names).Select(tables.Get)];
        Known("--rows", rows, [.. whole.SelectMany(t => t.Rows)]);
        Known("--tasks", columns, [.. whole.SelectMany(t => t.Columns)]);
        return ([.. whole.Select(t => t with
        {
            Entries = [.. t.Entries.Where(
                e => (rows.Length == 0 || rows.Contains(e.Row)) && (columns.Length == 0 || columns.Contains(e.Column)))],
        }).Where(t => t.Entries.Count > 0)], [.. names.Intersect(PaperTables.Figures).Select(tables.Figure)]);
    }

    private static void Known(string option, string[] wanted, string[] known)
    {
        if (Array.Find(wanted, w => !known.Contains(w)) is { } unknown)
        {
            throw new InputException(option, $"expected one of {string.Join("; ", known.Distinct())}, found {unknown}");
        }
    }

    /// <summary>Figure 2 is no view of cells: it is drawn from the closed form, unless it is there.</summary>
    private static void LinearFigure(string path, string? data, Terminal terminal, CancellationToken cancellation)
    {
        try
        {
            if (data is not null && !File.Exists(path))
            {
                Theory.Figure2(data, path, terminal, cancellation);
            }
        }
        catch (MissingFilesException e)
        {
            NotMeasured(e.Message);
        }

        terminal.Say($"{Figure2}: {(File.Exists(path) ? path : "not measured")}");
    }

    /// <summary>Runs the cells that are not stored yet, and tells of each; ranks share them.</summary>
    internal static void Run(Cell[] cells, Runner runner, Action<string> missing, Terminal terminal, CancellationToken cancellation) =>
        terminal.WithProgress(progress =>
    {
        runner.Run(cells, (number, all, cell) => terminal.Note($"{number} of {all}: {cell.Title}"), missing, progress, cancellation,
            together: !Ranks.Alone);
        return 0;
    });

    private static void NotMeasured(string lacked) => Terminal.Warn($"{lacked}; what needs it is not measured");
}
