using LisNative.Layers;
using LisNative.Memory;
using LisNative.Numerics;
using LisNative.Training;

namespace LisNative;

/// <summary>
/// The one-class support vector machine (Schölkopf et al. 2001) with the kernel k(x, y) = exp(−γ‖x − y‖²), for which it orders samples as support vector data
/// description (Tax, Duin 2004) does; the score is ρ − Σⱼ αⱼ·k(xⱼ, x). Beyond <see cref="Exact"/> samples it is linear in random Fourier features.
/// </summary>
public sealed record OneClassSvmOptions : DetectorOptions, IOracleProtocol
{
    private const int Batch = 256, Epochs = 10, LeastSteps = 1000;

    /// <summary>ν, bounds the share of normal samples left outside from above and that of support vectors from below.</summary>
    public double Nu { get; init; } = 0.1;

    /// <summary>γ of the kernel; null for 1 / (d · variance of all elements), which needs no labels.</summary>
    public double? Gamma { get; init; }

    /// <summary>Training samples up to which the kernel is exact.</summary>
    public int Exact { get; init; } = 10000;

    /// <summary>Random Fourier features beyond that.</summary>
    public int Features { get; init; } = 2048;

    /// <summary>Mebibytes of kernel rows kept while solving.</summary>
    public int Cache { get; init; } = 256;

    /// <summary>γ from 2^−10 to 2^−1, as in Ruff et al. 2018.</summary>
    IEnumerable<DetectorOptions> IOracleProtocol.Candidates => Enumerable.Range(1, 10).Select(i => this with { Gamma = Math.Pow(2, i - 11) });

    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        Require(Nu is > 0 and <= 1, nameof(Nu), "in (0, 1]", Nu);
        Require(Gamma is null or > 0, nameof(Gamma), "above 0", Gamma ?? 0);
        Require(Exact >= 0, nameof(Exact), "at least 0", Exact);
        Require(Features >= 1, nameof(Features), "at least 1", Features);
        Require(Cache >= 1, nameof(Cache), "at least 1", Cache);
    }

    internal override Model Fit(FitContext set)
    {
        var rows = PrincipalComponents.Rows(set.Device, set.Normal);
        if ((long)Features * rows.Shape[1] > Array.MaxLength)
        {
            throw new InputException(nameof(Features), $"expected at most {Array.MaxLength / rows.Shape[1]} for samples of {rows.Shape[1]} numbers, found {Features}");
        }

        double gamma = Gamma ?? Scale(rows);
        var chosen = this with { Gamma = gamma };
        return set.Normal.Count <= Exact ? FitExact(set, rows, gamma, chosen) : FitLinear(set, rows, gamma, chosen);
    }

    internal override Model Load(Device device, Shape sample, SafeTensors file)
    {
        Tensor Read(string name, Shape shape) => device.From(file.Get(name, shape).ToFloats(), shape);
        var rho = Read("rho", [1]);
        if (file.Tensors.ContainsKey("features.weight"))
        {
            return new LinearMachine(device, RandomFeatures.Load(device, file, sample.Count, Features), Read("weight", [Features, 1]), rho);
        }

        var vectors = PointSet.Load(device, file, sample.Count);
        return Gamma is { } gamma ? new KernelMachine(device, vectors, Read("alpha", [vectors.Count, 1]), rho, gamma)
            : throw new InputException(nameof(Gamma), "expected a number, found none");
    }

    /// <summary>1 / (d · variance): distances then count in units of the data's own spread; without any, as they are.</summary>
    private static double Scale(Tensor rows)
    {
        using var noGrad = new NoGrad();
        using var scope = new Scope();
        Var all = rows;
        double variance = (all - all.Mean()).Square().Mean().Value.Item();
        return 1 / (rows.Shape[1] * (variance > 1e-12 ? variance : 1));
    }

    private KernelMachine FitExact(FitContext set, Tensor rows, double gamma, DetectorOptions chosen)
    {
        int n = rows.Shape[0];
        var points = new PointSet(rows);
        var cache = new RowCache((int)Math.Min(n, ((long)Cache << 20) / (4L * n)), i =>
        {
            using var noGrad = new NoGrad();
            using var scope = new Scope();
            return (points.SquaredDistances(rows.Slice(0, i, 1)) * -gamma).Exp().Value.ToArray();
        });
        var (alpha, rho) = OneClassSolver.Solve(n, Nu, i => cache[i], step => set.Report("solving", step, 0));
        int[] vectors = [.. Enumerable.Range(0, n).Where(i => alpha[i] > 0)];
        double[] shares = [.. vectors.Select(i => alpha[i] / (Nu * n))];
        return new(set.Device, new PointSet(rows.Gather(vectors)), set.Device.From(shares, [shares.Length, 1]), set.Device.Full([1], rho / (Nu * n)), gamma) { Chosen = chosen };
    }

    /// <summary>min ½‖w‖² − ρ + mean max(0, ρ − w·z) / ν, stochastically.</summary>
    private LinearMachine FitLinear(FitContext set, Tensor rows, double gamma, DetectorOptions chosen)
    {
        var share = set.SliceOf(Batch);
        var features = RandomFeatures.Draw(set.Device, rows.Shape[1], Features, gamma, set.Random.FoldIn(2));
        var (weight, rho) = (new Parameter(set.Device.Zeros([Features, 1])), new Parameter(set.Device.Zeros([1])));
        var order = new BatchOrder(rows.Shape[0], share, set.Random.FoldIn(4));
        var z = set.Device.Empty([share.Count, Features]);
        double[] losses = set.Train(new("solving", [("weight", weight), ("rho", rho)], new(0.01, 0, Math.Max(LeastSteps, order.StepsPerEpoch * Epochs), 0.01), Load, Loss, Weight: share.Weight));
        return new(set.Device, features, weight.Value, rho.Value) { History = new([("solving", losses)], [], []), Chosen = chosen };

        void Load(int step)
        {
            using var scope = new Scope();
            z.CopyFrom(features.Transform(rows.Gather(order[step])));
        }

        Var Loss() => (weight.Square().Sum() * 0.5) - rho.Sum() + ((rho - Var.MatMul(z, weight)).LeakyRelu(0).Mean() / Nu);
    }

    private sealed class KernelMachine(Device device, PointSet vectors, Tensor alpha, Tensor rho, double gamma) : TensorModel(device)
    {
        internal override IReadOnlyList<string> ScoreNames { get; } = ["oc-svm"];

        internal override IReadOnlyList<(string Name, Tensor Value)> State { get; } = [.. vectors.State, ("alpha", alpha), ("rho", rho)];

        protected override Var Score(Var x, string score) => rho - Var.MatMul((vectors.SquaredDistances(x.Flatten()) * -gamma).Exp(), alpha);
    }

    private sealed class LinearMachine(Device device, RandomFeatures features, Tensor weight, Tensor rho) : TensorModel(device)
    {
        internal override string? OnHost => "takes cosines on the host, as oc-svm does beyond the samples of its setting exact";

        internal override IReadOnlyList<string> ScoreNames { get; } = ["oc-svm"];

        internal override IReadOnlyList<(string Name, Tensor Value)> State { get; } = [.. features.State, ("weight", weight), ("rho", rho)];

        protected override Var Score(Var x, string score) => rho - Var.MatMul(features.Transform(x.Flatten()), weight);
    }
}
