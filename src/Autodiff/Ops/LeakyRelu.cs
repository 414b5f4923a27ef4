using LisNative.Formulas;

namespace LisNative;

public partial class Var
{
    /// <summary>x &lt; 0 ? slope·x : x; dx = x &lt; 0 ? slope·dy : dy.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The slope is negative: its sign would be lost.</exception>
    public Var LeakyRelu(double slope)
    {
        Require.AtLeast(nameof(LeakyRelu), 0, slope);
        return new Var(Value.Map(new LeakyRelu(slope))).WithEdges((this, dy => LeakyReluGradient(dy, Value, slope)));
    }

    /// <summary>z = y &lt; 0 ? slope·dy : dy, fused; linear in dy, constant in y.</summary>
    internal static Var LeakyReluGradient(Var dy, Tensor y, double slope) =>
        new Var(Tensor.Map(new LeakyReluGradient(slope), dy.Value, y)).WithEdges(
        (dy, dz => LeakyReluGradient(dz, y, slope))).Reading(y);
}
