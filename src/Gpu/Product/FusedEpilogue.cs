using LisNative.Formulas;

namespace LisNative.Gpu.Product;

/// <summary>The activations that a product's kernels have in them.</summary>
internal enum FusedActivation
{
    None,
    LeakyRelu,
    Sigmoid,
    Tanh,
    Relu,
}

/// <summary>What a product's kernels do with their results themselves, and what follows them: decided here alone.</summary>
internal static class FusedEpilogue
{
    internal static (Epilogue Fused, Epilogue After) Split(Epilogue epilogue) => epilogue switch
    {
        { Activation: not null } when Find(epilogue.Activation).Activation == FusedActivation.None =>
            (new(epilogue.Bias), epilogue with { Bias = null }),
        { Gate.Activation.IsPiecewiseLinear: false } => (epilogue with { Gate = null }, new(Gate: epilogue.Gate)),
        _ => (epilogue, default),
    };

    /// <summary>An activation as kernels hold it; none for one that they lack.</summary>
    internal static (FusedActivation Activation, float Slope) Find(Activation? activation) => activation?.Formula switch
    {
        LeakyRelu leaky => (FusedActivation.LeakyRelu, (float)leaky.Slope),
        Sigmoid => (FusedActivation.Sigmoid, 0),
        Tanh => (FusedActivation.Tanh, 0),
        Relu => (FusedActivation.Relu, 0),
        _ => default,
    };
}
