using LisNative.Formulas;

namespace LisNative.Layers;

/// <summary>RMSprop (Tieleman, Hinton 2012).</summary>
public sealed class RmsProp(IReadOnlyList<Parameter> parameters, double learningRate = 1e-2, double alpha = 0.99, double epsilon = 1e-8)
    : Optimiser(parameters, learningRate)
{
    /// <inheritdoc/>
    protected override void Apply(int step) =>
        Update(new RmsPropUpdate(LearningRate, alpha, epsilon));
}
