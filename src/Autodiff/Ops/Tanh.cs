using LisNative.Formulas;

namespace LisNative;

public partial class Var
{
    /// <summary>tanh x; dx = dy · sech²x.</summary>
    public Var Tanh() => new Var(Value.Tanh()).WithEdges((this, dy => TanhGradient(dy, this)));

    /// <summary>z = dy·sech²x, fused; d(dy) = dz·sech²x, dx = −2·dz·dy·sech²x·tanh x.</summary>
    internal static Var TanhGradient(Var dy, Var x) => new Var(Tensor.Map(default(TanhGradient), dy.Value, x.Value)).WithEdges(
        (dy, dz => TanhGradient(dz, x)),
        (x, dz => dz * TanhGradient(dy, x) * x.Tanh() * -2)).Reading(dy.Value, x.Value);
}
