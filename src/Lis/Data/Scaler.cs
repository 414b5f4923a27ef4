using System.Globalization;
namespace LisNative.Data;

/// <summary>
/// Standardises vectors: (x − mean) / deviation for each element, from normal data (<see cref="Scaling"/>). Images stay in [0, 1].
/// </summary>
/// <param name="Mean">[length]; rounded to single precision unless the deviation is so small beside it that rounding would show.</param>
/// <param name="Deviation">[length]; 1 where an element is constant.</param>
internal sealed record Scaler(double[] Mean, float[] Deviation)
{
    /// <summary>Means of so many deviations are not rounded: then what a float would lose is less than 0.0003 deviations.</summary>
    private const double Far = 4096;

    /// <summary>
    /// The means and deviations of a set, of windows those of each column of their rows; numbers that are flags
    /// (<see cref="TableEncoding"/>) stay as they are.
    /// </summary>
    public static Scaler Fit(Dataset set, Scaling scaling = Scaling.Standard)
    {
        if (set.Windows is { Length: var length })
        {
            return Fit(set.Rows(), scaling).Repeated(length);
        }

        int size = set.SampleShape.Count;
        double[] row = new double[size], sum = new double[size], squares = new double[size];
        double[] least = [.. Enumerable.Repeat(double.MaxValue, size)], greatest = [.. Enumerable.Repeat(double.MinValue, size)];
        void ForEach(Action<int, double> element)
        {
            for (int i = 0; i < set.Count; i++)
            {
                set.Read(i, row);
                for (int j = 0; j < size; j++)
                {
                    element(j, row[j]);
                }
            }
        }

        ForEach((j, x) =>
        {
            sum[j] += x;
            (least[j], greatest[j]) = (Math.Min(least[j], x), Math.Max(greatest[j], x));
        });
        if (Array.FindIndex([.. greatest.Zip(least)], e => !float.IsFinite((float)(e.First - e.Second))) is >= 0 and int wide)
        {
            throw new InputException(set.Name, string.Create(CultureInfo.InvariantCulture,
                $"expected numbers within 3.4e38 of each other in column {set.NameOf(wide)}, found {least[wide]} and {greatest[wide]}"));
        }

        double[] mean = [.. sum.Select((s, j) => least[j] == greatest[j] ? least[j] : s / set.Count)];
        ForEach((j, x) => squares[j] += (x - mean[j]) * (x - mean[j]));
        float[] deviation = [.. squares.Select((s, j) => (float)Math.Sqrt(s / set.Count) is > 0 and var d ? d : least[j] == greatest[j] ? 1
            : throw new InputException(set.Name, string.Create(CultureInfo.InvariantCulture,
                $"expected numbers that single precision tells apart in column {set.NameOf(j)}, found {least[j]} to {greatest[j]}; another "
                + $"unit helps")))];
        foreach (var (j, robust) in scaling == Scaling.Robust ? RobustScale.Of(set).Index() : [])
        {
            (mean[j], deviation[j]) = (robust.Median, (float)robust.Deviation is > 0 and var own ? own : deviation[j]);
        }

        for (int j = 0; j < size && set.Encoding is not null; j++)
        {
            (mean[j], deviation[j]) = set.Encoding.IsFlag(j) ? (0, 1) : (mean[j], deviation[j]);
        }

        return new([.. mean.Select((m, j) => (float)m + (Math.Abs(m) > Far * deviation[j] ? (double)(float)(m - (float)m) : 0))],
            deviation);
    }

    /// <summary>
    /// What single precision has taken from the columns of a set that was given in it: large numbers that differ by little.
    /// </summary>
    internal IEnumerable<string> Losses(Dataset set)
    {
        const int Steps = 8;
        for (int j = 0; j < set.RowLength && !set.IsPrecise; j++)
        {
            float near = Math.Abs((float)Mean[j]), step = MathF.BitIncrement(near) - near;
            if (Steps * step > Deviation[j] && (Deviation[j] != 1 || step > 1))
            {
                yield return string.Create(CultureInfo.InvariantCulture,
                    $"column {set.NameOf(j)} varies by {Deviation[j]:G3} around {Mean[j]:G9}, where single precision has steps of "
                    + $"{step:G3}: subtract what its values have in common first, or give it in double precision");
            }
        }
    }

    /// <summary>A standardised copy in single precision; what overflows becomes the largest number of its sign.</summary>
    public Dataset Apply(Dataset set)
    {
        if (set.Windows is not null)
        {
            return set.OverRows(new Scaler(Mean[..set.RowLength], Deviation[..set.RowLength]).Apply);
        }

        int size = set.SampleShape.Count;
        var row = new double[size];
        var values = new float[Dataset.Numbers(set.Name, set.SampleShape, set.Count)];
        for (int i = 0; i < set.Count; i++)
        {
            set.Read(i, row);
            for (int j = 0; j < size; j++)
            {
                values[(i * size) + j] = Standardised(row[j], j);
            }
        }

        return new(set.Name, set.SampleShape, values, set.Labels) { Columns = set.Columns, Groups = set.Groups };
    }

    /// <summary>Standardises vectors that lie one after another; what overflows becomes the largest number of its sign.</summary>
    public void Apply(Span<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Standardised(values[i], i % Mean.Length);
        }
    }

    /// <summary>Undoes <see cref="Apply(Span{float})"/>.</summary>
    public void Restore(Span<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (values[i] * Deviation[i % Mean.Length]) + (float)Mean[i % Mean.Length];
        }
    }

    /// <summary>For so many rows one after another.</summary>
    private Scaler Repeated(int count) => new(
        [.. Enumerable.Repeat(Mean, count).SelectMany(m => m)], [.. Enumerable.Repeat(Deviation, count).SelectMany(d => d)]);

    /// <summary>The means as two floats, whose sum they are.</summary>
    internal (float[] Rounded, float[] Low) Parts() => ([.. Mean.Select(m => (float)m)], [.. Mean.Select(m => (float)(m - (float)m))]);

    /// <summary>What is to be subtracted from samples so that single precision holds them: means far from 0, else 0.</summary>
    internal double[] Origin() => [.. Mean.Select((m, j) => IsFar(j) ? m : 0)];

    /// <summary>From what <see cref="Parts"/> gave.</summary>
    internal static Scaler OfParts(float[] rounded, float[]? rest, float[] deviation) =>
        new([.. rounded.Select((m, j) => m + (double)(rest?[j] ?? 0))], deviation);

    /// <summary>Whether a mean is so far from 0, in deviations, that neither it nor what it is subtracted from may be rounded.</summary>
    private bool IsFar(int j) => Math.Abs(Mean[j]) > Far * Deviation[j];

    /// <summary>x is rounded as its mean is, so that a file gives what its numbers in single precision would give.</summary>
    private float Standardised(double x, int j) =>
        Math.Clamp((float)((IsFar(j) ? x : (float)x) - Mean[j]) / Deviation[j], float.MinValue, float.MaxValue);
}
