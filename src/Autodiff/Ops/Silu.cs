using LisNative.Formulas;

namespace LisNative;

public partial class Var
{
    /// <summary>x · σ(x) (Elfwing, Uchibe, Doya 2018); dx = dy · σ(x) · (1 + x · σ(−x)).</summary>
    public Var Silu() => new Var(Value.Silu()).WithEdges((this, dy => SiluGradient(dy, this)));

    /// <summary>z = dy · σ(x) · (1 + x·σ(−x)), fused; d(dy) is the same of dz, dx = dz · dy · σ(x)·σ(−x) · (2 + x·(1 − 2σ(x))).</summary>
    private static Var SiluGradient(Var dy, Var x) => new Var(Tensor.Map(default(SiluGradient), dy.Value, x.Value)).WithEdges(
        (dy, dz => SiluGradient(dz, x)),
        (x, dz => dz * dy * SiluCurvature(x, x.Sigmoid()))).Reading(dy.Value, x.Value);

    private static Var SiluCurvature(Var x, Var s) => s * s.Affine(-1, 1) * (x * s.Affine(-2, 1)).Affine(1, 2);
}
