using LisNative.Formulas;

namespace LisNative;

public partial class Var
{
    /// <summary>eˣ / Σeˣ along an axis, shifted by the maximum so that nothing overflows.</summary>
    public Var Softmax(int axis)
    {
        var e = (this - Peak(axis)).Exp();
        return e / e.Sum([axis], keep: true);
    }

    /// <summary>ln softmax = x − max − ln Σe^(x − max) along an axis.</summary>
    public Var LogSoftmax(int axis)
    {
        var shifted = this - Peak(axis);
        return shifted - shifted.Exp().Sum([axis], keep: true).Log();
    }

    /// <summary>The maximum along an axis as a constant: softmax does not depend on the shift.</summary>
    private Var Peak(int axis) => Value.Reduce(default(Maximum), [axis], keep: true);
}
