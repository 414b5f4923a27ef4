namespace LisNative;

/// <summary>The reverse sweep.</summary>
public static class Gradient
{
    /// <summary>
    /// The gradients of y with respect to xs: Σ upstream · ∂y/∂x, each of its x's shape; zeros where y does not depend on x.
    /// </summary>
    /// <param name="y">What to differentiate.</param>
    /// <param name="xs">Leaves, or anything y was computed from.</param>
    /// <param name="upstream">Of y's shape; 1 by default, when y has one element.</param>
    /// <param name="differentiable">Whether the gradients themselves record how they were computed.</param>
    /// <param name="release">Return the memory of intermediate values as the sweep passes them; they cannot be read afterwards.</param>
    /// <param name="ready">Told of each gradient, by its place among the xs, as soon as nothing more is added to it: what needs it may
    /// begin while the sweep goes on.</param>
    /// <exception cref="ArgumentException">y has several elements and no upstream, or the upstream has another shape.</exception>
    /// <exception cref="InvalidOperationException">A value was changed after y was computed from it, a leaf by an optimiser's
    /// step for example, or a constant that a gradient reads.</exception>
    public static Var[] Compute(Var y, IReadOnlyList<Var> xs, Var? upstream = null, bool differentiable = false, bool release = false,
        Action<int, Var>? ready = null)
    {
        if (upstream is null && y.Shape.Count != 1)
        {
            throw new ArgumentException($"Gradient: {y.Shape} has {y.Shape.Count} elements; say which upstream gradient to multiply with");
        }

        if (upstream is not null && upstream.Shape != y.Shape)
        {
            throw new ArgumentException($"Gradient: upstream {upstream.Shape} for {y.Shape}");
        }

        var seed = upstream?.Value.Alias() ?? y.Value.Device.Full(y.Shape, 1);
        var sweep = new Sweep(y, xs, differentiable, release, ready);
        if (differentiable)
        {
            return sweep.Run(upstream ?? seed);
        }

        using var noGrad = new NoGrad();
        return sweep.Run(seed);
    }
}
