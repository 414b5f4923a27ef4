namespace LisNative;

public partial class Var
{
    /// <summary>The same elements under another shape (one size may be −1: what is left); dx = dy, shaped back.</summary>
    public Var Reshape(params ReadOnlySpan<int> sizes) => new Var(Value.Reshape(sizes)).WithEdges((this, dy => dy.Reshape(Shape.Sizes)));

    /// <summary>[batch, everything else].</summary>
    public Var Flatten() => Reshape(Shape[0], Shape.Without(0).Count);
}
