using LisNative.Formulas;

namespace LisNative;

public partial class Var
{
    /// <summary>tanh x; dx = dy · (1 − y²).</summary>
    public Var Tanh()
    {
        var y = new Var(Value.Map(default(Tanh)));
        return y.From((this, dy => TanhGradient(dy, y)));
    }

    /// <summary>z = dy·(1 − y²), fused; d(dy) = dz·(1 − y²), dy' = −2·y·dy·dz.</summary>
    internal static Var TanhGradient(Var dy, Var y) => new Var(Tensor.Map(default(TanhGradient), dy.Value, y.Value)).From(
        (dy, dz => TanhGradient(dz, y)),
        (y, dz => dz * dy * y * -2));
}
