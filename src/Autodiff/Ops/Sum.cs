namespace LisNative;

// Sum ↔ Expand: each is the other's gradient.
public partial class Var
{
    /// <summary>Σ over the given axes (all when none is given), kept as size 1 when <paramref name="keep"/>; dx = dy, expanded.</summary>
    public Var Sum(ReadOnlySpan<int> axes = default, bool keep = false)
    {
        int[] reduced = Shape.Axes(axes);
        return new Var(Value.Sum(axes, keep)).WithEdges((this, dy => dy.Reshape(Shape.Reduced(reduced).Sizes).Expand(Shape)));
    }

    /// <summary>The mean over the given axes (all when none is given).</summary>
    public Var Mean(ReadOnlySpan<int> axes = default, bool keep = false) =>
        Sum(axes, keep) / ((double)Shape.Count / Math.Max(1, Shape.Reduced(Shape.Axes(axes)).Count));

    /// <summary>Broadcast to a larger shape; dx = dy, summed over what was stretched.</summary>
    public Var Expand(Shape shape) => Shape == shape ? this : new Var(Value.Expand(shape)).WithEdges((this, dy => dy.SumTo(Shape)));

    /// <summary>Σ over the axes that broadcasting from <paramref name="shape"/> stretched; dx = dy, expanded.</summary>
    public Var SumTo(Shape shape) => Shape == shape ? this : new Var(Value.SumTo(shape)).WithEdges((this, dy => dy.Expand(Shape)));
}
