using LisNative.Data;
using LisNative.Numerics;

namespace LisNative;

/// <summary>The numbers of normal samples, each column sorted, and 1 for those whose longer tail is the left one.</summary>
internal sealed class Ecod(Tensor columns, Tensor tails) : Model([("columns", columns), ("tails", tails)])
{
    internal const string Name = "ecod";

    private const string Stage = "sorting columns";

    private readonly float[] sorted = columns.ToArray(), isLeft = tails.ToArray();
    private readonly int count = columns.Shape[1];

    internal override IReadOnlyList<string> ScoreNames { get; } = [Name];

    internal override string? OnHost => "looks up ranks";

    internal static Ecod Fit(FitContext context)
    {
        context.Report(Stage, 0, 1);
        int n = context.Normal.Count, d = context.Normal.SampleShape.Count;
        float[] columns;
        using (var rows = PrincipalComponents.Rows(context.Device, context.Normal))
        using (var transposed = rows.Transpose())
        {
            columns = transposed.ToArray();
        }

        var tails = new float[d];
        Parallel.For(0, d, j =>
        {
            var column = columns.AsSpan(j * n, n);
            column.Sort();
            tails[j] = IsSkewedLeft(column) ? 1 : 0;
        });
        context.Report(Stage, 1, 1);
        return new(context.Device.From(columns, [d, n]), context.Device.From(tails, [d]));
    }

    internal static Ecod Load(Device device, Shape sample, SafeTensors file)
    {
        int d = sample.Count, n = file["columns"].Shape.Count / d;
        return new(file.Get("columns", [d, n]).ToTensor(device), file.Get("tails", [d]).ToTensor(device));
    }

    internal override float[] Score(Dataset prepared, string score)
    {
        var scores = new float[prepared.Count];
        Parallel.For(0, prepared.Count, () => new float[prepared.SampleShape.Count], (i, _, row) =>
        {
            prepared.Read([i], row);
            scores[i] = Score(row);
            return row;
        }, _ => { });
        return scores;
    }

    internal override void Score(ReadOnlySpan<float> prepared, Shape sample, Span<float> scores)
    {
        for (int i = 0; i < scores.Length; i++)
        {
            scores[i] = Score(prepared.Slice(i * sample.Count, sample.Count));
        }
    }

    private float Score(ReadOnlySpan<float> row)
    {
        double lower = 0, upper = 0, skewed = 0;
        for (int j = 0; j < row.Length; j++)
        {
            var column = sorted.AsSpan(j * count, count);
            double left = Tail(Quantiles.Below(column, row[j], orEqual: true)), right = Tail(count - Quantiles.Below(column, row[j]));
            (lower, upper, skewed) = (lower + left, upper + right, skewed + (isLeft[j] == 1 ? left : right));
        }

        return (float)Math.Max(skewed, Math.Max(lower, upper));
    }

    /// <summary>−log of the share that so many samples and the one asked for make of all and it.</summary>
    private double Tail(int samples) => Math.Log((count + 1.0) / (samples + 1));

    /// <summary>Whether Σ(x − x̄)³ is below 0.</summary>
    private static bool IsSkewedLeft(ReadOnlySpan<float> column)
    {
        double mean = 0, cubes = 0;
        foreach (float x in column)
        {
            mean += x / (double)column.Length;
        }

        foreach (float x in column)
        {
            cubes += Math.Pow(x - mean, 3);
        }

        return cubes < 0;
    }
}
