namespace LisNative.Fusion;

/// <summary>Two steps of the sweep in one kernel, by the forms of their gradients; the sweep sees an edge like any other.</summary>
internal static class FusionRules
{
    /// <summary>
    /// The edge by which the sweep goes on from a result whose argument nobody asks for. Where y = f(act(x)), the kernel that makes the
    /// gradient of act(x) leads it through the activation, and may write it over act(x). Where act(x) has several readers, only a ReLU
    /// takes each one's part by itself; the others take their sum, once.
    /// </summary>
    internal static Edge Fuse(Edge edge, bool isLastReader) =>
        edge is { Form: EpilogueForm outer, Argument.Edges: [{ Form: ActivationForm inner } before] }
            && (isLastReader || inner.Activation.IsPiecewiseLinear)
            ? new(before.Argument, dy => outer.Kernel(dy.Value, new(Gate: new(inner.Activation, inner.Output, isLastReader))))
            : edge;
}
