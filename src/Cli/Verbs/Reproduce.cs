using System.CommandLine;
using LisNative.Experiments;

namespace LisNative.Cli.Verbs;

/// <summary>
/// reproduce: the paper's tables and figures, or methods on labelled tables, cell by cell, beside published numbers; or methods on signals.
/// </summary>
internal static class Reproduce
{
    internal const string WindowName = "--window";

    internal static Command Command()
    {
        var what = new Argument<string[]>("WHAT")
        {
            Description = $"Some of {string.Join(", ", ReproducePaper.Everything)}, or {ReproducePaper.All} of these; or "
            + $"{TableComparison.Name}; or {ReproduceSignals.Name}.",
            Arity = ArgumentArity.OneOrMore,
        };
        var rows = new Option<string[]>("--rows")
        { Description = "Only these rows, by their labels: of tables and signals the methods.", AllowMultipleArgumentsPerToken = true };
        var tasks = new Option<string[]>("--tasks")
        { Description = "Only these columns, by their labels.", AllowMultipleArgumentsPerToken = true };
        var seeds = new Option<int>("--seeds") { Description = "Seeds 1 to N for every task.", DefaultValueFactory = _ => 1 };
        var budget = new Option<string>("--budget")
        { Description = "full, or quick for a look: four epochs a phase.", DefaultValueFactory = _ => "full" };
        var settings = new Option<string?>("--settings")
        { Description = "A file of settings per data set in place of the project's own; its part for tables is called so." };
        var window = new Option<int?>(WindowName) { Description = $"Rows of a window, of signals; {ReproduceSignals.Window} by default." };
        var place = new Option<string>("--out")
        { Description = "Folder of the results store and the tables.", DefaultValueFactory = _ => "results" };
        var (folder, device, json) = (Common.DataFolder(), Common.DeviceName(), Common.Json());
        var command = new Command("reproduce",
            "Run what is missing of the paper's tables and figures, and print them beside its numbers. Without --data, print what is "
            + $"stored. With --ranks the processes that mpirun starts share the cells. {TableComparison.Name} compares methods on the "
            + "tables of a folder (--data), NAME.npz with arrays X and y as ADBench has them: half of the normal rows is learnt from, and "
            + $"the figures of {ReproduceTables.PublishedAuroc} in the folder are printed beside. {ReproduceSignals.Name} compares methods "
            + "on windows of drawn signals and, with --data, of the series of a folder, timestamp,value with windows.json.")
        {
            what, rows, tasks, seeds, budget, settings, window, folder, place, device, Ranks.Flag, json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var terminal = new Terminal(parsed.GetValue(json));
            var asked = new Asked(
                parsed.GetValue(what)!, parsed.GetValue(folder), parsed.GetValue(settings), Quick(parsed.GetValue(budget)!),
                parsed.GetValue(rows) ?? [], parsed.GetValue(tasks) ?? [], parsed.GetValue(seeds), parsed.GetValue(window),
                parsed.GetValue(device)!);
            IStudy study = asked.What.Contains(TableComparison.Name) ? ReproduceTables.Create(asked)
                : asked.What.Contains(ReproduceSignals.Name) ? ReproduceSignals.Create(asked) : ReproducePaper.Create(asked);
            Common.AtLeastOne("--seeds", asked.Seeds);
            if (asked.Window is not null && study is not ReproduceSignals)
            {
                throw new InputException(WindowName, $"expected it with {ReproduceSignals.Name} alone, found it without");
            }

            string output = parsed.GetValue(place)!;
            Outputs.CheckFolder(output, "report.html", "tables.md", ReproduceSignals.Written);
            var store = new ResultStore(Path.Combine(output, "results.jsonl"));
            var exhibits = new ExhibitFolder(Path.Combine(output, "exhibits"));
            if (study.Data is { } data)
            {
                if (WorkerProcess.IsWanted)
                {
                    Ranks.Agree(asked.Settings);
                    return await WorkerProcess.Run(cancellation).ConfigureAwait(false);
                }

                Run(study.Cells, new(Common.OpenDevice(asked.Device), data, store, exhibits), NotMeasured, terminal,
                    cancellation);
            }

            if (Ranks.IsFirst)
            {
                study.Report(store, exhibits, output, terminal, cancellation);
            }

            return 0;
        });
        return command;
    }

    private static bool Quick(string budget) => budget is "full" or "quick" ? budget == "quick"
        : throw new InputException("--budget", $"expected full or quick, found {budget}");

    /// <summary>Refuses what is not among some names.</summary>
    internal static void Known(string option, string[] wanted, string[] known)
    {
        if (Array.Find(wanted, w => !known.Contains(w)) is { } unknown)
        {
            throw new InputException(option, $"expected one of {string.Join("; ", known.Distinct())}, found {unknown}");
        }
    }

    /// <summary>Runs the cells that are not stored yet, and tells of each; ranks share them.</summary>
    internal static void Run(Cell[] cells, Runner runner, Action<string> missing, Terminal terminal, CancellationToken cancellation) =>
        terminal.WithProgress(progress =>
    {
        runner.Run(cells, (number, all, cell) => terminal.Note($"{number} of {all}: {cell.Title}"), missing, progress, cancellation,
            together: !Ranks.Alone);
        return 0;
    });

    /// <summary>Says that files are missing.</summary>
    internal static void NotMeasured(string lacked) => Terminal.Warn($"{lacked}; what needs it is not measured");

    /// <summary>What the command line asks for.</summary>
    internal sealed record Asked(
        string[] What, string? Data, string? Settings, bool Quick, string[] Rows, string[] Tasks, int Seeds, int? Window,
        string Device);

    /// <summary>Cells, and what is made of them.</summary>
    internal interface IStudy
    {
        /// <summary>All that are measured.</summary>
        Cell[] Cells { get; }

        /// <summary>Where their data lie; null to print what is stored alone.</summary>
        DataFolder? Data { get; }

        /// <summary>Prints and writes what is stored.</summary>
        void Report(ResultStore store, ExhibitFolder exhibits, string output, Terminal terminal, CancellationToken cancellation);
    }
}
