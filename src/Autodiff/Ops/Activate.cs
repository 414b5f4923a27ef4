namespace LisNative;

public partial class Var
{
    /// <summary>
    /// The result of a kernel that fused an activation. Two nodes share the value: the pre-activation, which was never written to
    /// memory and whose rules do not read it, and the result, whose gradient is a function of itself (tanh's is not, see its formula).
    /// </summary>
    private static Var Activated(Tensor value, Activation activation, params ReadOnlySpan<Edge> edges)
    {
        var before = new Var(value).From(edges);
        if (activation == Activation.None)
        {
            return before;
        }

        var y = new Var(value) { BeforeLeakyRelu = activation == Activation.LeakyRelu ? before : null };
        return y.From((before, dy => activation switch
        {
            Activation.LeakyRelu => LeakyReluGradient(dy, value, Epilogue.Slope),
            Activation.Sigmoid => SigmoidGradient(dy, y),
            _ => throw new InvalidOperationException($"Activated: no gradient of {activation}"),
        }));
    }
}
