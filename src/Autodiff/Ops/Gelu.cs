using LisNative.Formulas;

namespace LisNative;

public partial class Var
{
    /// <summary>x · Φ(x), Φ the distribution of the standard normal (Hendrycks and Gimpel 2016); dx = dy · (Φ(x) + x · φ(x)).</summary>
    public Var Gelu() => new Var(Value.Gelu()).WithEdges((this, dy => GeluGradient(dy, this)));

    /// <summary>z = dy · (Φ(x) + x·φ(x)), fused; d(dy) is the same of dz, dx = dz · dy · φ(x) · (2 − x²).</summary>
    private static Var GeluGradient(Var dy, Var x) => new Var(Tensor.Map(default(GeluGradient), dy.Value, x.Value)).WithEdges(
        (dy, dz => GeluGradient(dz, x)),
        (x, dz => dz * dy * x.Square().Affine(-0.5, 0).Exp() * (x.Square().Affine(-1, 2) * Normal.Height))).Reading(dy.Value, x.Value);
}
