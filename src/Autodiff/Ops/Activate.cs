using LisNative.Fusion;

namespace LisNative;

public partial class Var
{
    /// <summary>
    /// The result of a kernel that fuses bias and activation. Two nodes share the value: the pre-activation, which was never written to
    /// memory and whose rules do not read it, and the result, whose gradient is a function of itself. Where it is not (tanh, GELU, SiLU),
    /// and a gradient is asked for, the activation follows as an operation of its own. The edges' rules read two arguments.
    /// </summary>
    private static Var Activated((Var A, Var B) read, Func<Epilogue, Tensor> kernel, Var? bias, Activation? activation,
        params ReadOnlySpan<Edge> edges)
    {
        if (activation is { IsGradientOfOutput: false } && Needed(edges).Length > 0)
        {
            return Activated(read, kernel, bias, null, edges).Activate(activation);
        }

        var value = kernel(new Epilogue(bias?.Value, activation));
        var before = new Var(value).WithEdges(edges).Reading(read.A.Value, read.B.Value);
        if (activation is null)
        {
            return before;
        }

        var y = new Var(value);
        return y.WithEdges(new Edge(before, dy => ActivationGradient(activation, dy, y), new ActivationForm(activation, value)));
    }

    /// <summary>An activation as an operation of its own.</summary>
    internal Var Activate(Activation activation) => activation.Formula switch
    {
        Formulas.LeakyRelu leaky => LeakyRelu(leaky.Slope),
        Formulas.Relu => Relu(),
        Formulas.Sigmoid => Sigmoid(),
        Formulas.Tanh => Tanh(),
        Formulas.Gelu => Gelu(),
        Formulas.Silu => Silu(),
        _ => throw new NotSupportedException($"Activate: no operation is known for {activation}"),
    };

    /// <summary>dx of an activation, from dy and y.</summary>
    private static Var ActivationGradient(Activation activation, Var dy, Var y) => activation.Formula switch
    {
        Formulas.LeakyRelu leaky => LeakyReluGradient(dy, y.Value, leaky.Slope),
        Formulas.Relu => ReluGradient(dy, y.Value),
        Formulas.Sigmoid => SigmoidGradient(dy, y),
        _ => throw new NotSupportedException($"Activated: no gradient of {activation}"),
    };
}
