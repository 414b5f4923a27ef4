using System.Globalization;
using LisNative.Data;
using LisNative.Memory;
using LisNative.Numerics;

namespace LisNative;

/// <summary>A Gaussian kernel density: the samples with which others are compared, in a basis of their own where they have one.</summary>
internal sealed class KernelDensity(Device device, PointSet samples, Tensor? basis, double bandwidth)
    : TensorModel(device, basis is null ? samples.State : [.. samples.State, (BasisName, basis)])
{
    internal const string Name = "kde";

    private const string BasisName = "basis";
    private const int Folds = 5, Chunk = 512;

    /// <summary>What rounding takes from ‖a‖² + ‖b‖² − 2·a·b, as a share of the norms; and from when on that is told, as a share of √d, by
    /// which the exponents of d numbers spread.</summary>
    private const double Rounding = 1.2e-7, Shows = 0.01;

    /// <summary>Distances taken at once at most: 512 MiB of them.</summary>
    private const long MostDistances = 1L << 27;

    internal override IReadOnlyList<string> ScoreNames { get; } = [Name];

    protected override int Compared => samples.Count;

    internal static KernelDensity Fit(FitContext context, KernelDensityOptions options)
    {
        int[] kept = context.Random.FoldIn(Streams.KeptSamples).Permutation(context.Normal.Count)
            [..Math.Min(options.Samples, context.Normal.Count)];
        var normal = context.Normal.Select(kept);
        Var rows = PrincipalComponents.Rows(context.Device, normal);
        using var noGrad = new NoGrad();
        var basis = options.Variance < 1 && Basis(context, rows, options.Variance) is { } components ? new Var(components) : null;
        var samples = basis is null ? rows : Var.MatMul(rows, basis);
        double bandwidth = options.Bandwidth ?? CrossValidate(context, samples);
        var chosen = options with { Bandwidth = bandwidth };
        double rounding = Rounding * samples.Value.SumOfSquares([1]).Max().Item() / (bandwidth * bandwidth);
        return new(context.Device, new PointSet(samples.Value), basis?.Value, bandwidth)
        {
            Chosen = chosen,
            History = new([], [], rounding < Shows * Math.Sqrt(samples.Shape[1]) ? [] : [string.Create(CultureInfo.InvariantCulture,
                $"the bandwidth {bandwidth:G3} is so small beside the data that single precision leaves scores uncertain by {rounding:G1}; "
                + $"a larger one (bandwidth) helps")]),
        };
    }

    internal static KernelDensity Load(Device device, Shape sample, SafeTensors file, double? chosen)
    {
        double bandwidth = chosen ?? throw new InputException(nameof(KernelDensityOptions.Bandwidth), "expected a number, found none");
        if (!file.Tensors.TryGetValue(BasisName, out var basis))
        {
            return new(device, PointSet.Load(device, file, sample.Count), null, bandwidth);
        }

        Shape shape = [sample.Count, basis.Shape.Count / sample.Count];
        return new(device, PointSet.Load(device, file, shape[1]), file.Get(BasisName, shape).ToTensor(device), bandwidth);
    }

    internal override Var Forward(Var x, string score)
    {
        var rows = basis is null ? x.Flatten() : Var.MatMul(x.Flatten(), basis);
        return (-LogDensity(samples.SquaredDistances(rows), bandwidth, samples.Length)).Reshape(-1);
    }

    /// <summary>
    /// As many principal components as the wanted share of the variance needs; null where all samples are equal. Distances do not change
    /// with the mean, so none is taken off afterwards.
    /// </summary>
    private static Tensor? Basis(FitContext context, Var rows, double variance)
    {
        if (context.Normal.AreEqual())
        {
            return null;
        }

        var covariance = PrincipalComponents.Covariance((rows - rows.Mean([0], keep: true)).Value);
        int d = covariance.Rank;
        double total = covariance.Trace();
        for (int rank = Math.Min(d, 32); ; rank = Math.Min(d, 2 * rank))
        {
            var (values, vectors) = PrincipalComponents.Leading(covariance, rank, context.Random.FoldIn(Streams.Components));
            double sum = 0;
            int needed = 1 + Array.FindIndex(values, v => (sum += v) >= variance * total);
            if (needed > 0 || rank == d)
            {
                return vectors.Slice(1, 0, needed > 0 ? needed : d).Contiguous();
            }
        }
    }

    private static double CrossValidate(FitContext context, Var samples)
    {
        double[] candidates = [.. Enumerable.Range(0, 20).Select(i => Math.Pow(2, -4.5 + (9.5 * i / 19)))],
            likelihood = new double[candidates.Length];
        int n = samples.Shape[0], folds = Math.Min(Folds, n), chunk = Math.Min(Chunk, Dataset.RowsWithin(MostDistances, n));
        for (int fold = 0; fold < folds; fold++)
        {
            int start = (int)((long)n * fold / folds), end = (int)((long)n * (fold + 1) / folds);
            using var scope = new Scope();
            var rest = new PointSet(Var.Concat(0, samples.Slice(0, 0, start), samples.Slice(0, end, n - end)).Value);
            for (int at = start; at < end; at += chunk)
            {
                context.Report("choosing the bandwidth", at, n);
                using var inner = new Scope();
                var squared = rest.SquaredDistances(samples.Slice(0, at, Math.Min(chunk, end - at)));
                for (int i = 0; i < candidates.Length; i++)
                {
                    using var candidate = new Scope();
                    likelihood[i] += LogDensity(squared, candidates[i], samples.Shape[1]).Reshape(-1).Value.Sum().Item();
                }
            }
        }

        context.Report("choosing the bandwidth", n, n);
        return candidates[Array.IndexOf(likelihood, likelihood.Max())];
    }

    /// <summary>ln p of each row of distances to all n samples, the sum shifted by its greatest term: [rows, 1].</summary>
    private static Var LogDensity(Var squared, double h, int d)
    {
        var exponents = squared * (-0.5 / (h * h));
        Var peak = exponents.Value.Max([1], keep: true);
        return (exponents - peak).Exp().Sum([1], keep: true).Log() + peak
            - (Math.Log(squared.Shape[1]) + (0.5 * d * Math.Log(2 * Math.PI * h * h)));
    }
}
