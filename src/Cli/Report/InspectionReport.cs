using System.Globalization;
using System.Text.Json.Nodes;
using LisNative.Cli.Inspecting;
using LisNative.Data;

namespace LisNative.Cli.Report;

/// <summary>The page of an evaluation on the user's own samples.</summary>
/// <param name="path">The file.</param>
/// <param name="detector">What was evaluated.</param>
/// <param name="test">On what.</param>
/// <param name="how">The test set was read.</param>
/// <param name="normal">What was learnt from.</param>
internal sealed class InspectionReport(string path, Detector detector, TestSet test, ReadOptions how, Dataset normal)
{
    /// <summary>Draws it; false, with a warning, where that fails: the figures are told whatever comes of it.</summary>
    internal bool IsDrawn(IReadOnlyList<(string, string)> data, Inspection inspection, JsonObject measured, double rate, float threshold) =>
        Page.IsDrawn(path, "page", () =>
        {
            var examples = new ExampleLists(new Examples(inspection, detector, test, how), detector.SampleShape, threshold,
                normal.SampleShape.Rank == 1 ? new NormalRanges(normal) : null);
            var page = new InspectionPage(
                [.. data, .. Facts(inspection, rate, threshold)], measured, inspection, threshold, detector.Health!.Warnings);
            Page.Write(path, $"Evaluation of {Methods.Find(detector.Options).Name}", [page.Html(examples)], "inspection");
        });

    private IEnumerable<(string, string)> Facts(Inspection inspection, double rate, float threshold)
    {
        yield return ("test data, good", Counted(inspection.Good));
        foreach (var kind in inspection.Faulty)
        {
            yield return ($"test data, {kind.Kind}", Counted(kind));
        }

        if (test.Masks is not null)
        {
            yield return ("masks", test.Masks);
        }

        yield return ("size of a sample", $"{detector.SampleShape}");
        yield return ("false alarms asked for", string.Create(CultureInfo.InvariantCulture,
            $"{rate:P2}, by the scores of {detector.Calibration.Scores.Length} normal samples held out of training"
            + $"{(float.IsFinite(threshold) ? "" : "; they are too few to promise so few, and nothing is flagged")}"));
    }

    private static string Counted(ScoredSet set) => $"{set.Path}, {set.Scores.Length} samples";
}
