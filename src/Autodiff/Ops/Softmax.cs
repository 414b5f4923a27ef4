namespace LisNative;

public partial class Var
{
    /// <summary>eˣ / Σeˣ along an axis, shifted by the maximum so that nothing overflows.</summary>
    public Var Softmax(int axis)
    {
        if (Value.Device.Kernels.Rows is { } rows && Shape.Axis(axis) == Shape.Rank - 1)
        {
            return Softmax(rows);
        }

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
    private Var Peak(int axis) => Value.Max([axis], keep: true);

    /// <summary>Of the last axis; dx = y · (dy − Σ dy·y).</summary>
    private Var Softmax(IRowKernels rows)
    {
        using var x = Value.Contiguous();
        var y = new Var(x.Device.Empty(Shape));
        rows.Softmax(x, y.Value);
        return y.WithEdges((this, dy => SoftmaxGradient(rows, dy, y))).Reading(y.Value);
    }

    /// <summary>z = y · (dy − Σ dy·y); d(dy) is the same of dz, d(y) = dz·(dy − Σ dy·y) − dy·Σ dz·y.</summary>
    private static Var SoftmaxGradient(IRowKernels rows, Var dy, Var y)
    {
        using var given = dy.Value.Contiguous();
        var z = new Var(given.Device.Empty(y.Shape));
        rows.SoftmaxGradient(given, y.Value, z.Value);
        return z.WithEdges(
            (dy, dz => SoftmaxGradient(rows, dz, y)),
            (y, dz => (dz * (dy - (dy * y).Sum([-1], keep: true))) - (dy * (dz * y).Sum([-1], keep: true)))).Reading(dy.Value, y.Value);
    }
}
