using LisNative.Data;
using LisNative.Scoring;

namespace LisNative.Tests.Detectors;

/// <summary>Classical detectors against the same definition computed a second time, plainly and in double precision.</summary>
public sealed class SecondComputationTests
{
    private static readonly Dataset Normal = Bars.Horizontal(300, 11), Test = Bars.Horizontal(60, 12).Concat(Bars.Vertical(60, 13));

    private static double[][] Rows(Dataset set) => [.. set.ToFloats().Select(v => (double)v).Chunk(set.SampleShape.Count)];

    private static double SquaredDistance(double[] a, double[] b) => a.Zip(b, (x, y) => (x - y) * (x - y)).Sum();

    /// <summary>ln p(x) = ln Σⱼ exp(−‖x − xⱼ‖²/2h²) − ln n − d/2 · ln 2πh².</summary>
    private static double LogDensity(double[] x, double[][] samples, double h) =>
        Math.Log(samples.Sum(s => Math.Exp(-SquaredDistance(x, s) / (2 * h * h)))) - Math.Log(samples.Length)
            - (x.Length / 2.0 * Math.Log(2 * Math.PI * h * h));

    [Fact]
    public void Kernel_density_is_its_definition()
    {
        using var detector = new KernelDensityOptions { HeldOut = 0, Bandwidth = 0.5 }.FitOn(Normal);
        double[][] samples = Rows(Normal);
        double[] expected = [.. Rows(Test).Select(x => -LogDensity(x, samples, 0.5))];

        // Distances of single precision, relative to norms of up to 10, divided by 2h²: 1e-5; scores of up to 100 are stored to 1e-5.
        Assert.All(detector.Score(Test).Zip(expected), p => Assert.Equal(p.Second, p.First, 5e-5));
    }

    [Fact]
    public void The_bandwidth_is_that_of_five_fold_cross_validation()
    {
        using var detector = new KernelDensityOptions { HeldOut = 0 }.FitOn(Normal);

        // The folds follow a random order in the detector and the data's own here: both estimate the same mean log-likelihood of unseen
        // samples.
        double[][] samples = Rows(Normal);
        double[] candidates = [.. Enumerable.Range(0, 20).Select(i => Math.Pow(2, -4.5 + (9.5 * i / 19)))];
        double best = candidates.MaxBy(h => Enumerable.Range(0, 5).Sum(fold =>
        {
            double[][] rest = [.. samples.Where((_, i) => i % 5 != fold)];
            return samples.Where((_, i) => i % 5 == fold).Sum(x => LogDensity(x, rest, h));
        }));
        Assert.Equal(best, ((KernelDensityOptions)detector.Options).Bandwidth!.Value, 1e-12);
    }

    [Fact]
    public void Leading_components_taken_first_are_those_that_hold_the_variance()
    {
        // Distances within the plane of all components but noise are those of the samples without it.
        using var detector = new KernelDensityOptions { HeldOut = 0, Bandwidth = 0.5, Variance = 0.95 }.FitOn(Normal);
        Assert.True(Metrics.Auc(detector.Score(Bars.Horizontal(100, 14)), detector.Score(Bars.Vertical(100, 15))) > 0.9);
    }

    [Fact]
    public void Isolation_forests_agree_over_twenty_seeds()
    {
        double[][] samples = Rows(Normal), normal = Rows(Bars.Horizontal(100, 16)), anomalies = Rows(Bars.Vertical(100, 17));
        double ours = Enumerable.Range(1, 20).Average(seed =>
        {
            using var detector = new IsolationForestOptions { HeldOut = 0, Seed = (ulong)seed }.FitOn(Normal);
            return Metrics.Auc(detector.Score(Bars.Horizontal(100, 16)), detector.Score(Bars.Vertical(100, 17)));
        });
        double second = Enumerable.Range(1, 20).Average(seed =>
        {
            var forest = new PlainForest(samples, new System.Random(seed));
            return Metrics.Auc([.. normal.Select(forest.Score)], [.. anomalies.Select(forest.Score)]);
        });
        Assert.True(Math.Abs(ours - second) < 0.01, $"mean AUC {ours} and {second}");
    }

    /// <summary>The isolation forest of Liu, Ting and Zhou (2008), algorithms 1 to 3, as nested functions.</summary>
    private sealed class PlainForest
    {
        private const int Trees = 100, Samples = 256;

        private readonly Func<double[], double>[] depths;

        internal PlainForest(double[][] data, System.Random random) => depths = [.. Enumerable.Range(0, Trees).Select(_ =>
        {
            double[][] drawn = [.. data];
            random.Shuffle(drawn);
            return Grow(drawn[..Math.Min(Samples, drawn.Length)], 0, random);
        })];

        internal float Score(double[] x) => (float)Math.Pow(2, -depths.Average(d => d(x)) / Mean(Samples));

        /// <summary>2·H(n − 1) − 2(n − 1)/n with the harmonic number summed.</summary>
        private static double Mean(int n) => n < 2 ? 0 : (2 * Enumerable.Range(1, n - 1).Sum(i => 1.0 / i)) - (2.0 * (n - 1) / n);

        private static Func<double[], double> Grow(double[][] rows, int depth, System.Random random)
        {
            int[] varying = rows.Length < 2 ? [] : [.. Enumerable.Range(0, rows[0].Length).Where(j => rows.Any(r => r[j] != rows[0][j]))];
            if (varying.Length == 0 || depth == 8)
            {
                return _ => depth + Mean(rows.Length);
            }

            int element = varying[random.Next(varying.Length)];
            double low = rows.Min(r => r[element]), cut = low + ((rows.Max(r => r[element]) - low) * random.NextDouble());
            var (left, right) = (Grow([.. rows.Where(r => r[element] < cut)], depth + 1, random),
                Grow([.. rows.Where(r => r[element] >= cut)], depth + 1, random));
            return x => x[element] < cut ? left(x) : right(x);
        }
    }
}
