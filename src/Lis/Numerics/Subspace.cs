using LisNative.Layers;

namespace LisNative.Numerics;

/// <summary>A mean and an orthonormal basis, scored by the distance from their plane.</summary>
internal sealed class Subspace(string method, Device device, Shape sample, Tensor mean, Tensor basis) : ReconstructionModel(device)
{
    internal override IReadOnlyList<string> Scores { get; } = [method];

    /// <summary>The leading principal components of the normal data.</summary>
    internal static Subspace Fit(string method, TrainingSet set, int rank)
    {
        Var rows = PrincipalComponents.Rows(set.Device, set.Normal);
        return Gradient.Pause(() =>
        {
            var mean = rows.Mean([0], keep: true);
            return Of(method, set, mean.Value, (rows - mean).Value, rank);
        });
    }

    /// <summary>The leading principal components of centred rows, with the mean that was taken from them.</summary>
    internal static Subspace Of(string method, TrainingSet set, Tensor mean, Tensor centred, int rank)
    {
        var (values, vectors) = PrincipalComponents.Leading(PrincipalComponents.Covariance(centred), Math.Min(rank, mean.Count), set.Random.Split(3));
        string[] findings = values[0] > 0 ? [] : ["all samples are equal: there are no components, and every score is a distance from that one sample"];
        return new(method, set.Device, set.Normal.Sample, mean, vectors) { History = new([], [], findings) };
    }

    internal static Subspace Load(string method, Device device, Shape sample, SafeTensors file)
    {
        var basis = file["basis"];
        int rank = basis.Shape.Rank == 2 ? basis.Shape[1] : 1;
        return new(method, device, sample, device.From(file.Of("mean", [1, sample.Count]).ToFloats(), [1, sample.Count]), device.From(file.Of("basis", [sample.Count, rank]).ToFloats(), [sample.Count, rank]));
    }

    internal override IReadOnlyList<(string Name, Tensor Value)> State { get; } = [("mean", mean), ("basis", basis)];

    protected override Var Encode(Var x, string score) => Var.MatMul(x.Flatten() - mean, basis);

    protected override Var Decode(Var code) => (Var.MatMul(code, ((Var)basis).Transpose()) + mean).Reshape([-1, .. sample.Sizes]);
}
