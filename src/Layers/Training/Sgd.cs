using LisNative.Formulas;

namespace LisNative.Layers;

/// <summary>Gradient descent with momentum and L2 weight decay.</summary>
public sealed class Sgd(IReadOnlyList<Parameter> parameters, double learningRate, double momentum = 0, double weightDecay = 0)
    : Optimiser(parameters, learningRate)
{
    /// <inheritdoc/>
    protected override void Apply(int step) =>
        Update(new SgdUpdate(LearningRate, momentum, weightDecay));
}
