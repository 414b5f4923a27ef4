namespace LisNative.Fusion;

/// <summary>
/// Two steps of the sweep in one kernel: an edge, and whether it is the last to read its argument ↦ an edge that leads past the argument;
/// null where the rule does not apply.
/// </summary>
internal delegate Edge? FusionRule(Edge edge, bool isLastReader);

/// <summary>
/// The table of what is fused. A rule sees the forms of two neighbouring gradients; the sweep sees an edge like any other.
/// </summary>
internal static class FusionRules
{
    private static readonly FusionRule[] Table = [EpilogueThenActivation];

    /// <summary>The edge by which the sweep goes on from a result whose argument nobody asks for.</summary>
    internal static Edge Fuse(Edge edge, bool isLastReader)
    {
        foreach (var rule in Table)
        {
            if (rule(edge, isLastReader) is { } fused)
            {
                return fused;
            }
        }

        return edge;
    }

    /// <summary>
    /// y = f(act(x)): the kernel that makes the gradient of act(x) leads it through the activation, and may write it over act(x).
    /// Where act(x) has several readers, only a ReLU takes each one's part by itself; the others take their sum, once.
    /// </summary>
    private static Edge? EpilogueThenActivation(Edge edge, bool isLastReader) =>
        edge is { Form: EpilogueForm outer, Argument.Edges: [{ Form: ActivationForm inner } before] }
            && (isLastReader || inner.Activation.IsPiecewiseLinear)
            ? new(before.Argument, dy => outer.Kernel(dy.Value, new(Gate: new(inner.Activation, inner.Output, isLastReader))))
            : null;
}
