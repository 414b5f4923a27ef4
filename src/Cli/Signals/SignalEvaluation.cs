using System.Text.Json.Nodes;
using LisNative.Data;
using LisNative.Experiments;

namespace LisNative.Cli.Signals;

/// <summary>A labelled signal and the score of each of its rows; NaN where no window ends.</summary>
internal sealed record ScoredSignal(Dataset Rows, float[] Scores);

/// <summary>How well scores find what is anomalous in some signals.</summary>
/// <param name="Signals">All of them.</param>
/// <param name="Threshold">That normal data chose; +∞ where they were too few.</param>
internal sealed record SignalEvaluation(IReadOnlyList<ScoredSignal> Signals, float Threshold)
{
    /// <summary>Over all rows; a row without a score stands between two signals, so that no event goes on from one into the next.</summary>
    internal SignalFigures Figures { get; } = SignalFigures.Of(
        Signals.Count == 1 ? Signals[0].Rows.Name : $"{Signals.Count} signals",
        [.. Signals.SelectMany(s => (float[])[.. s.Scores, float.NaN])],
        [.. Signals.SelectMany(s => (int[])[.. s.Rows.Labels, 0])], Threshold);

    /// <summary>For JSON.</summary>
    internal JsonObject Measures() => new()
    {
        ["auroc"] = Figures.Auroc,
        ["averagePrecision"] = Figures.AveragePrecision,
        ["threshold"] = float.IsFinite(Threshold) ? Threshold : null,
        ["falseAlarmRate"] = Figures.FalseAlarms,
        ["events"] = Figures.Events,
        ["eventsFound"] = Figures.Found,
        ["delay"] = double.IsNaN(Figures.Delay) ? null : Figures.Delay,
        ["rows"] = Signals.Sum(s => s.Scores.Length),
        ["rowsScored"] = Signals.Sum(s => s.Scores.Count(v => !float.IsNaN(v))),
    };
}
