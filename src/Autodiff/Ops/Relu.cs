using LisNative.Formulas;
using LisNative.Fusion;

namespace LisNative;

public partial class Var
{
    /// <summary>x &lt; 0 ? 0 : x; dx = x &gt; 0 ? dy : 0.</summary>
    public Var Relu()
    {
        var y = Value.Relu();
        return new Var(y).WithEdges((this, dy => ReluGradient(dy, y), new ActivationForm(Activation.Relu, y))).Reading(y);
    }

    /// <summary>z = y &gt; 0 ? dy : 0, fused; linear in dy, constant in y.</summary>
    private static Var ReluGradient(Var dy, Tensor y) => new Var(Tensor.Map(default(ReluGradient), dy.Value, y)).WithEdges(
        (dy, dz => ReluGradient(dz, y))).Reading(y);
}
