using LisNative.Formulas;

namespace LisNative.Layers;

/// <summary>
/// Adam (Kingma, Ba 2015); with a weight decay it is AdamW (Loshchilov, Hutter 2019): the decay is apart from the gradient.
/// </summary>
public sealed class Adam(IReadOnlyList<Parameter> parameters, double learningRate = 1e-3, double weightDecay = 0, double beta1 = 0.9,
    double beta2 = 0.999, double epsilon = 1e-8)
    : Optimiser(parameters, learningRate)
{
    /// <summary>AdamW with PyTorch's default decay.</summary>
    public static Adam AdamW(IReadOnlyList<Parameter> parameters, double learningRate = 1e-3, double weightDecay = 1e-2) =>
        new(parameters, learningRate, weightDecay);

    /// <inheritdoc/>
    protected override void Apply(int step)
    {
        double rate = LearningRate / (1 - Math.Pow(beta1, step)), root = 1 / Math.Sqrt(1 - Math.Pow(beta2, step));
        Update(new AdamUpdate(rate, beta1, beta2, root, epsilon, 1 - (LearningRate * weightDecay)));
    }
}
