using LisNative.Data;
using LisNative.Numerics;

namespace LisNative;

/// <summary>Principal directions as points, and what divides the distances from them.</summary>
internal sealed class ComponentDistances(Device device, Tensor mean, Tensor deviation, PointSet directions, Tensor weights)
    : TensorModel(device, [("mean", mean), ("deviation", deviation), .. directions.State, ("weights", weights)])
{
    internal const string Name = "pca";

    /// <summary>The most numbers of a sample: the time to find all directions grows with their cube.</summary>
    internal const int MostNumbers = 2048;

    private const string Stage = "principal components";

    /// <summary>The least share of the variance: what is below is rounding, its direction arbitrary, and the mean stands for it.</summary>
    private const double Least = 1e-12;

    /// <summary>Numbers that are added up together.</summary>
    private const long MostAtOnce = 1L << 20;

    internal override IReadOnlyList<string> ScoreNames { get; } = [Name];

    protected override int Compared => directions.Count;

    internal static ComponentDistances Fit(FitContext context)
    {
        context.Report(Stage, 0, 1);
        var (normal, device) = (context.Normal, context.Device);
        int d = normal.SampleShape.Count, kept = Math.Min(d, normal.Count);
        var scaler = Scaler.Fit(normal);
        double[][] covariance = [.. Enumerable.Range(0, d).Select(_ => new double[d])];
        ForEach(normal, scaler, d, (row, j) => Vectors.Add(covariance[j], row, row[j] / normal.Count));
        var (values, vectors) = SymmetricEigen.Decompose(covariance);
        double[] farthest = new double[kept];
        ForEach(normal, scaler, kept, (row, j) =>
        {
            double along = Vectors.Dot(row, vectors[j]);
            farthest[j] = Math.Abs(along) > Math.Abs(farthest[j]) ? along : farthest[j];
        });
        double total = values.Sum();
        double[] shares = [.. values[..kept].Select(v => total > 0 ? v / total : 0)];
        float[] directions = [.. farthest.SelectMany((f, j) => vectors[j].Select(e => (float)(shares[j] < Least ? 0 : f < 0 ? -e : e)))],
            weights = [.. shares.Select(s => total > 0 ? (float)Math.Max(s, Least) : 1)];
        context.Report(Stage, 1, 1);
        return new(device, device.From(scaler.Parts().Rounded, [1, d]), device.From(scaler.Deviation, [1, d]),
            new(device.From(directions, [kept, d])), device.From(weights, [1, kept]));
    }

    internal static ComponentDistances Load(Device device, Shape sample, SafeTensors file)
    {
        var directions = PointSet.Load(device, file, sample.Count);
        return new(device, file.Get("mean", [1, sample.Count]).ToTensor(device), file.Get("deviation", [1, sample.Count]).ToTensor(device),
            directions, file.Get("weights", [1, directions.Count]).ToTensor(device));
    }

    internal override Var Forward(Var x, string score) =>
        (directions.SquaredDistances((x.Flatten() - mean) / deviation).Sqrt() / weights).Sum([1]);

    /// <summary>
    /// Does something with every standardised sample for each of some directions, in double: the least variances count most.
    /// </summary>
    private static void ForEach(Dataset set, Scaler scaler, int directions, Action<double[], int> work)
    {
        foreach (int[] some in Enumerable.Range(0, set.Count).Chunk(Dataset.RowsWithin(MostAtOnce, set.SampleShape.Count)))
        {
            double[][] rows = [.. some.Select(i => Standardised(set, i, scaler))];
            Parallel.For(0, directions, j => Array.ForEach(rows, row => work(row, j)));
        }
    }

    private static double[] Standardised(Dataset set, int sample, Scaler scaler)
    {
        var row = new double[set.SampleShape.Count];
        set.Read(sample, row);
        return [.. row.Select((v, j) => (v - scaler.Mean[j]) / scaler.Deviation[j])];
    }
}
