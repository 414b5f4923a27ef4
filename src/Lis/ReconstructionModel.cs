using LisNative.Data;
using LisNative.Training;

namespace LisNative;

/// <summary>A model that encodes and decodes, x̂ = decode(encode(x)); its score is the reconstruction error ‖x̂ − x‖₂.</summary>
internal abstract class ReconstructionModel(Device device, IReadOnlyList<(string Name, Tensor Value)> state) : TensorModel(device, state)
{
    /// <summary>x̂ of every sample, [count · sample].</summary>
    internal float[] Reconstruct(Dataset prepared, string score) => InBatches(Device, prepared, x => Decode(Encode(x, score)));

    /// <summary>The code of every sample, [count · z].</summary>
    internal float[] Encode(Dataset prepared, string score) => InBatches(Device, prepared, x => Encode(x, score));

    /// <summary>What codes [z] stand for, [count · sample].</summary>
    internal float[] Decode(Dataset codes) => InBatches(Device, codes, Decode);

    internal override Var Forward(Var x, string score) => LisLosses.Error(Decode(Encode(x, score)), x);

    /// <summary>What the decoder sees of samples [batch, sample…]: [batch, z].</summary>
    protected abstract Var Encode(Var x, string score);

    /// <summary>Samples [batch, sample…] from codes [batch, z].</summary>
    protected abstract Var Decode(Var code);
}
