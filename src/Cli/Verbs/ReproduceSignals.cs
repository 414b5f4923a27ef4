using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using LisNative.Data;
using LisNative.Experiments;
using Spectre.Console;

namespace LisNative.Cli.Verbs;

/// <summary>
/// reproduce signals: methods on windows beside simple baselines, on drawn signals and, where --data has them, on series of the Numenta
/// Anomaly Benchmark's kind.
/// </summary>
internal sealed class ReproduceSignals(Reproduce.Asked asked, SignalMethod[] methods) : Reproduce.IStudy
{
    internal const string Name = "signals";

    /// <summary>
    /// Of each signal the method that best tells faults drawn on held-out normal windows from these: labels have no part in it.
    /// </summary>
    private const string ChosenName = "chosen without labels";

    /// <summary>The table's file.</summary>
    internal const string Written = "signals.md";

    /// <summary>Rows of a window where none are asked for.</summary>
    internal const int Window = 32;

    /// <summary>The share of false alarms by which normal data choose thresholds.</summary>
    private const double FalseAlarms = 0.01;

    /// <summary>What was asked for.</summary>
    /// <exception cref="InputException">There is no such method, or more was asked for.</exception>
    internal static ReproduceSignals Create(Reproduce.Asked asked)
    {
        if (asked is not { What: [_], Tasks: [], Settings: null, Quick: false })
        {
            throw new InputException("WHAT",
                $"expected {Name} alone, with --rows, --seeds, --window and --data at most, found {string.Join(", ", asked.What)} and "
                + "other options");
        }

        SignalMethod[] methods = [.. SignalMethod.Baselines.Concat(SignalMethod.Own)];
        Reproduce.Known("--rows", asked.Rows, [.. methods.Select(m => m.Name)]);
        return new(asked, [.. methods.Where(m => asked.Rows.Length == 0 || asked.Rows.Contains(m.Name))]);
    }

    /// <summary>None: what is measured is a line of its own for each method and series.</summary>
    public Cell[] Cells => [];

    /// <inheritdoc/>
    public DataFolder? Data => null;

    /// <summary>Measures, prints and writes.</summary>
    public void Report(ResultStore store, ExhibitFolder exhibits, string output, Terminal terminal, CancellationToken cancellation)
    {
        (string Name, SignalSeries[] All)[] sets =
        [
            ("drawn", [.. SignalSeries.Drawn(asked.Seeds)]),
            .. asked.Data is not { } folder ? [] : new[]
            {
                (Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)), SignalSeries.OfFolder(folder).ToArray()),
            },
        ];
        var windows = new Windows(Common.AtLeastOne(Reproduce.WindowName, asked.Window ?? Window));
        var measuring = new SignalStore(store, new(Common.OpenDevice(asked.Device), windows, FalseAlarms));
        var measured = methods.Select(method =>
        {
            terminal.Note(method.Name);
            SignalResult[] Of(SignalSeries[] all) => [.. all.Select(one => measuring.Find(method, one, cancellation))];
            return (method.Name, Results: sets.Select(s => Of(s.All)).ToArray());
        }).ToList();
        if (measured.Where(m => SignalMethod.Own.Any(o => o.Name == m.Name)).Select(m => m.Results).ToArray() is { Length: > 1 } own)
        {
            SignalResult Best(int set, int one) => own.Select(r => r[set][one]).MaxBy(r => r.Chosen)!;
            measured.Add((ChosenName, [.. sets.Select((s, set) => s.All.Select((_, one) => Best(set, one)).ToArray())]));
        }

        string[] heads = [.. sets.SelectMany(s => new[] { $"{s.Name}: AUROC", "average precision", "events found", "drawn, held out" })];
        var table = new Spectre.Console.Table();
        table.AddColumns(["method", .. heads]);
        var text = new StringBuilder($"| method | {string.Join(" | ", heads)} |\n|---|{string.Concat(heads.Select(_ => "---:|"))}\n");
        foreach (var (name, results) in measured)
        {
            string[] cells = [.. results.SelectMany(Texts)];
            table.AddRow([name, .. cells]);
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {string.Join(" | ", cells)} |\n");
        }

        string page = $"<!-- lisnative -->\nWindows of {windows.Length} rows.\n\n{text}";
        Outputs.Write(Path.Combine(output, Written), page);
        JsonNode? Sets(SignalResult[][] results) =>
            new JsonObject(sets.Zip(results).ToDictionary(s => s.First.Name, s => (JsonNode?)Json(s.First.All, s.Second)));
        terminal.Result(new JsonObject(measured.ToDictionary(m => m.Name, m => Sets(m.Results))), table);
    }

    private static string[] Texts(SignalResult[] results) =>
    [
        Text(results.Average(r => r.Figures.Auroc)), Text(results.Average(r => r.Figures.AveragePrecision)),
        $"{results.Sum(r => r.Figures.Found)} of {results.Sum(r => r.Figures.Events)}", Text(results.Average(r => r.Chosen)),
    ];

    private static JsonObject Json(SignalSeries[] all, SignalResult[] results) =>
        new(all.Zip(results).ToDictionary(s => s.First.Name, s => (JsonNode?)SignalStore.Json(s.Second)));

    private static string Text(double value) => value.ToString("F3", CultureInfo.InvariantCulture);
}
