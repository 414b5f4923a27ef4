using LisNative.Data;

namespace LisNative;

public sealed partial class Detector
{
    /// <summary>
    /// Takes the scores of recent normal samples for those held out of training: thresholds and p-values then promise what they say for
    /// samples drawn like these. What was learnt, and scores, stay as they are.
    /// </summary>
    /// <param name="normal">Normal samples that the detector was not trained on, of a signal rows or windows; what sets thresholds must not
    /// choose them. Their groups, and windows that share no row, count as those held out do.</param>
    /// <exception cref="InputException">There are none, they have another shape, or one's score is no number.</exception>
    public void Recalibrate(Dataset normal)
    {
        ArgumentNullException.ThrowIfNull(normal);
        normal = OfRows(normal) ?? normal;
        float[] scores = Score(normal);
        if (Array.Exists(scores, float.IsNaN))
        {
            throw new InputException(normal.Name, "expected samples that can be scored, found one whose score is NaN");
        }

        int? groups = Provenance.GroupsOf(normal);
        (Calibration, Provenance) = (new(scores, groups), Provenance.With(groups, Provenance.Training));
    }
}
