using System.Text.Json.Nodes;
using LisNative.Data;
using LisNative.Training;

namespace LisNative.Experiments;

/// <summary>Runs cells that the store does not have, and stores each as soon as it is finished.</summary>
/// <param name="device">Where to compute.</param>
/// <param name="data">Where the data lie.</param>
/// <param name="store">Where results go.</param>
/// <param name="exhibits">Where what a report shows of each LIS-AE goes.</param>
public sealed class Runner(Device device, DataFolder data, ResultStore store, ExhibitFolder exhibits)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Runs what is missing. Cells that share a first phase are run together, and it is trained once.</summary>
    /// <param name="cells">Wanted; those stored already cost nothing.</param>
    /// <param name="started">Told before each cell: its number, counted from 1, of how many.</param>
    /// <param name="missing">Told, once each, which files some cells lack; the others are run.</param>
    /// <param name="progress">Told after every step of training.</param>
    /// <param name="cancellation">Stops between two steps; what was finished is stored.</param>
    /// <param name="together">Whether to stay until all is done, by whomever: other processes run the same cells, and should one die, its
    /// cell is run again. Else what another process has in work is passed over.</param>
    /// <exception cref="InputException">Data are damaged, a fit failed, or the store cannot be written.</exception>
    public void Run(IEnumerable<Cell> cells, Action<int, int, Cell> started, Action<string> missing, IProgress<TrainingProgress>? progress,
        CancellationToken cancellation, bool together = false)
    {
        ArgumentNullException.ThrowIfNull(started);
        ArgumentNullException.ThrowIfNull(missing);
        var lacked = new HashSet<string>(StringComparer.Ordinal);
        while (Pass([.. cells.DistinctBy(c => c.Key)], started, TellOnce, progress, cancellation) && together)
        {
            cancellation.WaitHandle.WaitOne(Pause);
            cancellation.ThrowIfCancellationRequested();
        }

        void TellOnce(string message)
        {
            if (lacked.Add(message))
            {
                missing(message);
            }
        }
    }

    /// <summary>Runs all that is neither stored nor in work elsewhere; whether anything is in work elsewhere.</summary>
    private bool Pass(Cell[] cells, Action<int, int, Cell> started, Action<string> missing, IProgress<TrainingProgress>? progress,
        CancellationToken cancellation)
    {
        var stored = store.Read();
        Cell[] wanted = [.. cells.Where(c => !stored.ContainsKey(c.Key))];
        int number = 0;
        bool elsewhere = false;
        foreach (var group in wanted.GroupBy(Phase1))
        {
            using var claim = store.Claim(Cell.HashOf(group.Key));
            elsewhere |= claim is null;
            var done = store.Read();
            Detector? phase1 = null;
            foreach (var cell in group)
            {
                number++;
                if (claim is null || done.ContainsKey(cell.Key))
                {
                    continue;
                }

                try
                {
                    var task = cell.Task.Read(data, cell.Options.Seed);
                    started(number, wanted.Length, cell);
                    Run(cell, task, ref phase1, progress, cancellation);
                }
                catch (MissingFilesException e)
                {
                    missing(e.Message);
                }
            }

            phase1?.Dispose();
        }

        return elsewhere;
    }

    /// <summary>Equal for cells that share a first phase.</summary>
    private static string Phase1(Cell cell) => cell.Options is LisOptions { LinSep: 0 } options && !cell.Oracle
        ? new Cell(cell.Task with { Negative = null, Outliers = "" }, options.WithoutPhase2()).Key
        : cell.Key;

    private void Run(Cell cell, TaskData task, ref Detector? phase1, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        Detector Fit(DetectorOptions options) =>
            Detector.Fit(device, task.Normal, task.Negatives, options, progress, cancellation: cancellation);
        var chosen = cell.Options;
        if (cell.Oracle)
        {
            (chosen, task) = Oracle.Ask(chosen, task, Fit);
        }

        if (chosen is LisOptions { LinSep: 0 } lis)
        {
            phase1 ??= Detector.Fit(device, task.Normal, null, lis, progress, cancellation: cancellation);
            using var shaped = phase1.RefitLatent(task.Normal, task.Negatives, lis, progress, cancellation);
            Keep(cell, shaped, task, clock.Elapsed);
            return;
        }

        using var detector = Fit(chosen);
        Keep(cell, detector, task, clock.Elapsed);
    }

    /// <summary>Stores a result, and after it what is only shown.</summary>
    private void Keep(Cell cell, Detector detector, TaskData task, TimeSpan fitted)
    {
        var line = cell.Describe();
        var results = detector.ScoreNames.ToDictionary(s => s, s => CellResult.Measure(detector, s, task));
        line["scores"] = new JsonObject(results.ToDictionary(r => r.Key, r => (JsonNode?)r.Value.Write()));
        line["chosen"] = Methods.Find(detector.Options).Write(detector.Options);
        line["warnings"] = new JsonArray([.. detector.Health!.Warnings]);
        line["seconds"] = Math.Round(fitted.TotalSeconds, 1);
        line["date"] = results[detector.ScoreNames[0]].Date;
        store.Append(line);
        if (cell.Options is LisOptions)
        {
            exhibits.Write(cell, Exhibit.Create(cell.Title, detector, task.TestNormal, "outliers", task.TestAnomalies));
        }
    }
}
