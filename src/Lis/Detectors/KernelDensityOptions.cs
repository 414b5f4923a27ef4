using LisNative.Data;
using LisNative.Formulas;
using LisNative.Layers;
using LisNative.Memory;
using LisNative.Numerics;

namespace LisNative;

/// <summary>
/// Gaussian kernel density estimation (Parzen 1962): p(x) = 1/(n·(2πh²)^(d/2)) · Σⱼ exp(−‖x − xⱼ‖² / 2h²); the score is −ln p(x).
/// </summary>
public sealed record KernelDensityOptions : DetectorOptions
{
    private const int Folds = 5, Chunk = 512;

    /// <summary>Distances taken at once at most: 512 MiB of them.</summary>
    private const long MostDistances = 1L << 27;

    /// <summary>h; null for the best mean log-likelihood in five-fold cross-validation over 2^−4.5 … 2^5 (20 values).</summary>
    public double? Bandwidth { get; init; }

    /// <summary>Share of the variance to keep, by principal components taken first; 1 works on the samples as they are.</summary>
    public double Variance { get; init; } = 1;

    /// <summary>Samples kept at most, drawn at random: scoring compares with every one.</summary>
    public int Samples { get; init; } = 20000;

    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        Require(Bandwidth is null or > 0, nameof(Bandwidth), "above 0", Bandwidth ?? 0);
        Require(Variance is > 0 and <= 1, nameof(Variance), "in (0, 1]", Variance);
        Require(Samples >= 2, nameof(Samples), "at least 2", Samples);
    }

    internal override void CheckPlan(TrainingPlan plan)
    {
        long most = SafeTensors.MostNumbers / plan.SampleShape.Count, kept = Math.Min(Samples, plan.Count);
        if (Variance == 1 && kept > most)
        {
            throw new InputException(
                plan.Name, $"expected at most {most} samples {plan.SampleShape} to compare with, as a file holds, found {kept}; fewer (samples), smaller ones (--size) or their components (variance below 1) help");
        }
    }

    internal override Model Fit(FitContext set)
    {
        CheckPlan(set.Plan);
        int[] kept = set.Random.FoldIn(2).Permutation(set.Normal.Count)[..Math.Min(Samples, set.Normal.Count)];
        var normal = set.Normal.Select(set.Normal.Name, kept);
        Var rows = PrincipalComponents.Rows(set.Device, normal);
        using var noGrad = new NoGrad();
        var basis = Variance < 1 && Basis(set, rows) is { } components ? new Var(components) : null;
        var samples = basis is null ? rows : Var.MatMul(rows, basis);
        double bandwidth = Bandwidth ?? CrossValidate(set, samples);
        return new Density(set.Device, new PointSet(samples.Value), basis?.Value, bandwidth) { Chosen = this with { Bandwidth = bandwidth } };
    }

    internal override Model Load(Device device, Shape sample, SafeTensors file)
    {
        if (Bandwidth is not { } bandwidth)
        {
            throw new InputException(nameof(Bandwidth), "expected a number, found none");
        }

        if (!file.Tensors.TryGetValue("basis", out var basis))
        {
            return new Density(device, PointSet.Load(device, file, sample.Count), null, bandwidth);
        }

        Shape shape = [sample.Count, basis.Shape.Count / sample.Count];
        return new Density(device, PointSet.Load(device, file, shape[1]), device.From(file.Get("basis", shape).ToFloats(), shape), bandwidth);
    }

    /// <summary>
    /// As many principal components as the wanted share of the variance needs; null where all samples are equal. Distances do not change with the mean, so none is taken off afterwards.
    /// </summary>
    private Tensor? Basis(FitContext set, Var rows)
    {
        if (set.Normal.AreEqual())
        {
            return null;
        }

        var covariance = PrincipalComponents.Covariance((rows - rows.Mean([0], keep: true)).Value);
        int d = covariance.Rank;
        double total = covariance.Trace();
        for (int rank = Math.Min(d, 32); ; rank = Math.Min(d, 2 * rank))
        {
            var (values, vectors) = PrincipalComponents.Leading(covariance, rank, set.Random.FoldIn(3));
            double sum = 0;
            int needed = 1 + Array.FindIndex(values, v => (sum += v) >= Variance * total);
            if (needed > 0 || rank == d)
            {
                return vectors.Slice(1, 0, needed > 0 ? needed : d).Contiguous();
            }
        }
    }

    private static double CrossValidate(FitContext set, Var samples)
    {
        double[] candidates = [.. Enumerable.Range(0, 20).Select(i => Math.Pow(2, -4.5 + (9.5 * i / 19)))], likelihood = new double[candidates.Length];
        int n = samples.Shape[0], folds = Math.Min(Folds, n), chunk = Math.Min(Chunk, Dataset.RowsWithin(MostDistances, n));
        for (int fold = 0; fold < folds; fold++)
        {
            int start = (int)((long)n * fold / folds), end = (int)((long)n * (fold + 1) / folds);
            using var scope = new Scope();
            var rest = new PointSet(Var.Concat(0, samples.Slice(0, 0, start), samples.Slice(0, end, n - end)).Value);
            for (int at = start; at < end; at += chunk)
            {
                set.Report("choosing the bandwidth", at, n);
                using var inner = new Scope();
                var squared = rest.SquaredDistances(samples.Slice(0, at, Math.Min(chunk, end - at)));
                for (int i = 0; i < candidates.Length; i++)
                {
                    using var candidate = new Scope();
                    likelihood[i] += LogDensity(squared, candidates[i], samples.Shape[1]).Reshape(-1).Value.Reduce(default(Sum), []).Item();
                }
            }
        }

        set.Report("choosing the bandwidth", n, n);
        return candidates[Array.IndexOf(likelihood, likelihood.Max())];
    }

    /// <summary>ln p of each row of distances to all n samples, the sum shifted by its greatest term: [rows, 1].</summary>
    private static Var LogDensity(Var squared, double h, int d)
    {
        var exponents = squared * (-0.5 / (h * h));
        Var peak = exponents.Value.Reduce(default(MaxReduction), [1], keep: true);
        return (exponents - peak).Exp().Sum([1], keep: true).Log() + peak - (Math.Log(squared.Shape[1]) + (0.5 * d * Math.Log(2 * Math.PI * h * h)));
    }

    private sealed class Density(Device device, PointSet samples, Tensor? basis, double bandwidth) : TensorModel(device)
    {
        internal override IReadOnlyList<string> ScoreNames { get; } = ["kde"];

        protected override Var Score(Var x, string score)
        {
            var rows = basis is null ? x.Flatten() : Var.MatMul(x.Flatten(), basis);
            return (-LogDensity(samples.SquaredDistances(rows), bandwidth, samples.Length)).Reshape(-1);
        }

        internal override IReadOnlyList<(string Name, Tensor Value)> State { get; } =
            [.. samples.State, .. basis is null ? Array.Empty<(string, Tensor)>() : [("basis", basis)]];
    }
}
