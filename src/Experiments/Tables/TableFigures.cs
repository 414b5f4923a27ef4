namespace LisNative.Experiments;

/// <summary>How well a method found the anomalies of a table: means over seeds, from 0 to 1.</summary>
/// <param name="Auroc">Area under the ROC curve.</param>
/// <param name="Spread">Its standard deviation over seeds; NaN for one.</param>
/// <param name="AveragePrecision">Average precision.</param>
/// <param name="PrecisionSpread">Its standard deviation over seeds; NaN for one.</param>
/// <param name="Seeds">How many there are.</param>
public sealed record TableFigures(double Auroc, double Spread, double AveragePrecision, double PrecisionSpread, int Seeds)
{
    /// <summary>Of results of different seeds; null of none.</summary>
    public static TableFigures? TryCreate(IReadOnlyList<CellResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        double[] auroc = [.. results.Select(r => r.Auc)], precision = [.. results.Select(r => r.AveragePrecision ?? double.NaN)];
        return results.Count == 0 ? null
            : new(auroc.Average(), Summary.Deviation(auroc), precision.Average(), Summary.Deviation(precision), results.Count);
    }
}
