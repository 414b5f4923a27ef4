namespace LisNative.Layers;

/// <summary>How often a classifier is right.</summary>
public static class Accuracy
{
    /// <summary>The share of rows whose greatest number, the first of equals, stands at the label; a row with a NaN is wrong.</summary>
    /// <param name="logits">[N, classes].</param>
    /// <param name="labels">The N true classes.</param>
    /// <exception cref="ArgumentException">There are more or fewer labels, or one is no class.</exception>
    public static double Of(Var logits, IReadOnlyList<int> labels)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(labels);
        if (logits.Shape.Rank != 2 || logits.Shape[0] != labels.Count || labels.Count == 0)
        {
            throw new ArgumentException($"Accuracy: expected logits [N, classes] with as many labels, found {logits.Shape} and {labels.Count}");
        }

        var (values, classes, right) = (logits.Value.ToArray(), logits.Shape[1], 0);
        for (int i = 0; i < labels.Count; i++)
        {
            if (labels[i] < 0 || labels[i] >= classes)
            {
                throw new ArgumentException($"Accuracy: expected labels from 0 to {classes - 1}, found {labels[i]} at place {i}");
            }

            right += IsFirstGreatest(values.AsSpan(i * classes, classes), labels[i]) ? 1 : 0;
        }

        return right / (double)labels.Count;
    }

    private static bool IsFirstGreatest(ReadOnlySpan<float> row, int place)
    {
        for (int j = 0; j < row.Length; j++)
        {
            if (j < place ? !(row[j] < row[place]) : !(row[j] <= row[place]))
            {
                return false;
            }
        }

        return true;
    }
}
