namespace LisNative;

public partial class Var
{
    /// <summary>The same elements under another shape (one size may be −1: what is left); dx = dy, shaped back.</summary>
    public Var Reshape(params ReadOnlySpan<int> sizes) => new Var(Value.Reshape(sizes)).WithEdges((this, dy => dy.Reshape(Shape.Sizes)));

    /// <summary>[batch, everything else].</summary>
    /// <exception cref="ArgumentException">It is a single number, and has no samples.</exception>
    public Var Flatten() => Shape.Rank > 0 ? Reshape(Shape[0], Shape.Without(0).Count)
        : throw new ArgumentException($"Flatten: {Shape} is a single number; expected samples in the first axis");

    /// <summary>With an axis of size 1 more, which is then number <paramref name="axis"/>; −1 makes it the innermost.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place.</exception>
    public Var Unsqueeze(int axis) => Reshape(Shape.With(axis).Sizes);

    /// <summary>Without the given axes, which have size 1; without all that have when none is given.</summary>
    /// <exception cref="ArgumentException">An axis has another size.</exception>
    public Var Squeeze(params ReadOnlySpan<int> axes) => Reshape(Shape.Squeezed(axes).Sizes);
}
