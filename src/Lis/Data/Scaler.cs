namespace LisNative.Data;

/// <summary>Standardises vectors: (x − mean) / deviation for each element, from normal data. Images stay in [0, 1].</summary>
/// <param name="Mean">[length].</param>
/// <param name="Deviation">[length]; 1 where an element is constant.</param>
public sealed record Scaler(float[] Mean, float[] Deviation)
{
    /// <summary>The means and deviations of a set.</summary>
    public static Scaler Of(Dataset set)
    {
        int size = set.Sample.Count;
        double[] sum = new double[size], squares = new double[size];
        var row = new float[size];
        for (int i = 0; i < set.Count; i++)
        {
            set.Read([i], row);
            for (int j = 0; j < size; j++)
            {
                sum[j] += row[j];
                squares[j] += (double)row[j] * row[j];
            }
        }

        float[] mean = [.. sum.Select(s => (float)(s / set.Count))];
        float[] deviation = [.. squares.Select((s, j) => Math.Sqrt(Math.Max(0, (s / set.Count) - ((double)mean[j] * mean[j])))).Select(d => d > 1e-12 ? (float)d : 1)];
        return new(mean, deviation);
    }

    /// <summary>A standardised copy.</summary>
    public Dataset Apply(Dataset set)
    {
        ArgumentNullException.ThrowIfNull(set);
        float[] values = set.ToFloats();
        Apply(values);
        return new(set.Name, set.Sample, values, set.Labels);
    }

    /// <summary>Standardises vectors that lie one after another; what overflows becomes the largest number of its sign.</summary>
    public void Apply(Span<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Math.Clamp((values[i] - Mean[i % Mean.Length]) / Deviation[i % Mean.Length], float.MinValue, float.MaxValue);
        }
    }

    /// <summary>Undoes <see cref="Apply(Span{float})"/>.</summary>
    public void Restore(Span<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (values[i] * Deviation[i % Mean.Length]) + Mean[i % Mean.Length];
        }
    }
}
