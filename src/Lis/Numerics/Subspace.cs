using LisNative.Memory;

namespace LisNative.Numerics;

/// <summary>A mean and an orthonormal basis, scored by the distance from their plane.</summary>
internal sealed class Subspace(string method, Device device, Shape sample, Tensor mean, Tensor basis)
    : ReconstructionModel(device, [("mean", mean), ("basis", basis)])
{
    /// <summary>What single precision leaves of nothing, as a share of what it was taken from.</summary>
    private const double Rounding = 1e-5;

    private const int Looked = 512;

    internal override IReadOnlyList<string> ScoreNames { get; } = [method];

    /// <summary>
    /// The leading principal components of centred rows [n, d], with the mean [1, d] that was taken from them. Scores are the distances of
    /// these rows from the plane, or of others where given.
    /// </summary>
    internal static Subspace Fit(string method, FitContext context, Tensor mean, Tensor centred, int rank, Tensor? scored = null)
    {
        var covariance = PrincipalComponents.Covariance(centred);
        var (values, vectors) = PrincipalComponents.Leading(
            covariance, Math.Min(rank, covariance.Rank), context.Random.FoldIn(Streams.Components));
        if (context.Normal.AreEqual())
        {
            return With(0);
        }

        int found = values.Count(v => v > Rounding * values[0]);
        if (scored is not null && found < vectors.Shape[1])
        {
            return With(found, $"the low-rank part has {found} components, fewer than the {rank} asked for (rank)");
        }

        if (Outside(scored ?? centred, vectors) > Rounding)
        {
            return new(method, context.Device, context.Normal.SampleShape, mean, vectors);
        }

        int kept = found / 2;
        return With(
            kept, $"components that hold all of the normal data ({found}) would leave nothing but rounding to score by, and {kept} of the "
            + $"{rank} asked for (rank) stay");

        Subspace With(int components, params string[] findings)
        {
            var some = components == 0 ? context.Device.Zeros([mean.Count, 1]) : vectors.Slice(1, 0, components).Contiguous();
            return new(method, context.Device, context.Normal.SampleShape, mean, some) { History = new([], [], findings) };
        }
    }

    /// <summary>‖a − a·VVᵀ‖ / ‖a‖ of some rows a.</summary>
    private static double Outside(Tensor centred, Tensor vectors)
    {
        using var scope = new Scope();
        Var some = centred.Slice(0, 0, Math.Min(Looked, centred.Shape[0])), v = vectors;
        return Norm((some - Var.MatMul(Var.MatMul(some, v), v.Transpose())).Value) / Norm(some.Value);
    }

    private static double Norm(Tensor a) => Math.Sqrt(a.SumOfSquares().Item());

    internal static Subspace Load(string method, Device device, Shape sample, SafeTensors file)
    {
        var basis = file["basis"];
        int rank = basis.Shape.Rank == 2 ? basis.Shape[1] : 1;
        return new(method, device, sample, file.Get("mean", [1, sample.Count]).ToTensor(device),
            file.Get("basis", [sample.Count, rank]).ToTensor(device));
    }

    protected override Var Encode(Var x, string score) => Var.MatMul(x.Flatten() - mean, basis);

    protected override Var Decode(Var code) => (Var.MatMul(code, ((Var)basis).Transpose()) + mean).Reshape([-1, .. sample.Sizes]);
}
