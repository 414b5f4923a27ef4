using LisNative.Formulas;

namespace LisNative;

public partial class Var
{
    /// <summary>x limited to [min, max]; dx = dy inside, 0 outside.</summary>
    public Var Clamp(double min, double max) =>
        new Var(Value.Clamp(min, max)).WithEdges((this, dy => ClampGradient(dy, Value, min, max)));

    private static Var ClampGradient(Var dy, Tensor x, double min, double max) =>
        new Var(Tensor.Map(new ClampGradient(min, max), dy.Value, x)).WithEdges((dy, dz => ClampGradient(dz, x, min, max))).Reading(x);
}
