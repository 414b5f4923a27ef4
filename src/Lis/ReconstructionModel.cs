using LisNative.Data;
using LisNative.Training;

namespace LisNative;

/// <summary>A model whose score is the reconstruction error ‖x̂ − x‖₂.</summary>
internal abstract class ReconstructionModel(Device device) : Model
{
    /// <summary>Where it computes.</summary>
    protected Device Device { get; } = device;

    internal override float[] Score(Dataset prepared, string score) => InBatches(Device, prepared, x => LisLosses.Error(Reconstruct(x, score), x));

    /// <summary>x̂ of every sample, [count · sample].</summary>
    internal float[] Reconstruct(Dataset prepared, string score) => InBatches(Device, prepared, x => Reconstruct(x, score));

    /// <summary>x̂ of a batch.</summary>
    protected abstract Var Reconstruct(Var x, string score);
}
