using LisNative.Formulas;
using LisNative.Layers;
using LisNative.Memory;

namespace LisNative.Numerics;

/// <summary>A mean and an orthonormal basis, scored by the distance from their plane.</summary>
internal sealed class Subspace(string method, Device device, Shape sample, Tensor mean, Tensor basis) : ReconstructionModel(device)
{
    /// <summary>What single precision leaves of nothing, as a share of what it was taken from.</summary>
    private const double Rounding = 1e-5;

    private const int Looked = 512;

    internal override IReadOnlyList<string> ScoreNames { get; } = [method];

    /// <summary>The leading principal components of the normal data.</summary>
    internal static Subspace Fit(string method, FitContext set, int rank)
    {
        Var rows = PrincipalComponents.Rows(set.Device, set.Normal);
        using var noGrad = new NoGrad();
        var mean = rows.Mean([0], keep: true);
        return Of(method, set, mean.Value, (rows - mean).Value, rank);
    }

    /// <summary>The leading principal components of centred rows, with the mean that was taken from them.</summary>
    /// <param name="method">Whose plane it is.</param>
    /// <param name="set">What it is learnt from.</param>
    /// <param name="mean">[1, d].</param>
    /// <param name="centred">Rows [n, d] whose components are wanted.</param>
    /// <param name="rank">How many.</param>
    /// <param name="scored">The rows less the mean where those are others, as whose distances from the plane the scores are.</param>
    internal static Subspace Of(string method, FitContext set, Tensor mean, Tensor centred, int rank, Tensor? scored = null)
    {
        var covariance = PrincipalComponents.Covariance(centred);
        var (values, vectors) = PrincipalComponents.Leading(covariance, Math.Min(rank, covariance.Rank), set.Random.FoldIn(3));
        if (set.Normal.AreEqual())
        {
            return With(0, "all samples are equal: there are no components, and every score is a distance from that one sample");
        }

        if (Outside(scored ?? centred, vectors) > Rounding)
        {
            return new(method, set.Device, set.Normal.SampleShape, mean, vectors);
        }

        int all = values.Count(v => v > Rounding * values[0]), kept = all / 2;
        return With(kept, $"components that hold all of the normal data ({all}) would leave nothing but rounding to score by, and {kept} of the {rank} asked for (rank) stay");

        Subspace With(int components, string finding) => new(method, set.Device, set.Normal.SampleShape, mean, components == 0 ? set.Device.Zeros([mean.Count, 1]) : vectors.Slice(1, 0, components).Contiguous())
        {
            History = new([], [], [finding]),
        };
    }

    /// <summary>‖a − a·VVᵀ‖ / ‖a‖ of some rows a.</summary>
    private static double Outside(Tensor centred, Tensor vectors)
    {
        using var scope = new Scope();
        Var some = centred.Slice(0, 0, Math.Min(Looked, centred.Shape[0])), v = vectors;
        return Norm((some - Var.MatMul(Var.MatMul(some, v), v.Transpose())).Value) / Norm(some.Value);
    }

    private static double Norm(Tensor a) => Math.Sqrt(a.Reduce(default(SumOfSquares), []).Item());

    internal static Subspace Load(string method, Device device, Shape sample, SafeTensors file)
    {
        var basis = file["basis"];
        int rank = basis.Shape.Rank == 2 ? basis.Shape[1] : 1;
        return new(method, device, sample, device.From(file.Get("mean", [1, sample.Count]).ToFloats(), [1, sample.Count]), device.From(file.Get("basis", [sample.Count, rank]).ToFloats(), [sample.Count, rank]));
    }

    internal override IReadOnlyList<(string Name, Tensor Value)> State { get; } = [("mean", mean), ("basis", basis)];

    protected override Var Encode(Var x, string score) => Var.MatMul(x.Flatten() - mean, basis);

    protected override Var Decode(Var code) => (Var.MatMul(code, ((Var)basis).Transpose()) + mean).Reshape([-1, .. sample.Sizes]);
}
