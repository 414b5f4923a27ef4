using LisNative.Formulas;

namespace LisNative;

public partial class Var
{
    /// <summary>1 / (1 + e⁻ˣ); dx = dy · y·(1 − y).</summary>
    public Var Sigmoid()
    {
        var y = new Var(Value.Sigmoid());
        return y.WithEdges((this, dy => SigmoidGradient(dy, y))).Reading(y.Value);
    }

    /// <summary>z = dy·y·(1 − y), fused; d(dy) = dz·y·(1 − y), dy' = dz·dy·(1 − 2y).</summary>
    internal static Var SigmoidGradient(Var dy, Var y) => new Var(Tensor.Map(default(SigmoidGradient), dy.Value, y.Value)).WithEdges(
        (dy, dz => SigmoidGradient(dz, y)),
        (y, dz => dz * dy * y.Affine(-2, 1))).Reading(dy.Value, y.Value);
}
