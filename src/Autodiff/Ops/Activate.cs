namespace LisNative;

public partial class Var
{
    /// <summary>
    /// The result of a kernel that fuses bias and activation. Two nodes share the value: the pre-activation, which was never written to
    /// memory and whose rules do not read it, and the result, whose gradient is a function of itself. Tanh's is not (docs/evidence/numerics.md): where one is asked for, tanh follows as an operation of its own.
    /// </summary>
    private static Var Activated(Func<Epilogue, Tensor> kernel, Var? bias, Activation activation, params ReadOnlySpan<Edge> edges)
    {
        if (activation == Activation.Tanh && Needed(edges).Length > 0)
        {
            return Activated(kernel, bias, Activation.None, edges).Tanh();
        }

        var value = kernel(new Epilogue(bias?.Value, activation));
        var before = new Var(value).WithEdges(edges);
        if (activation == Activation.None)
        {
            return before;
        }

        var y = new Var(value) { BeforeLeakyRelu = activation == Activation.LeakyRelu ? before : null };
        return y.WithEdges((before, dy => activation switch
        {
            Activation.LeakyRelu => LeakyReluGradient(dy, value, Epilogue.Slope),
            Activation.Sigmoid => SigmoidGradient(dy, y),
            _ => throw new InvalidOperationException($"Activated: no gradient of {activation}"),
        }));
    }
}
