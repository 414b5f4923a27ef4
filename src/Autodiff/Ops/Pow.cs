namespace LisNative;

public partial class Var
{
    /// <summary>xᵖ; dx = dy · p·xᵖ⁻¹.</summary>
    public Var Pow(double exponent) => exponent == 1 ? this : new Var(Value.Pow(exponent)).WithEdges(
        (this, dy => exponent == 0 ? dy * 0 : dy * (Pow(exponent - 1) * exponent)));

    /// <summary>xᵖ, element by element; both broadcast. dx = dy · p·xᵖ⁻¹, dp = dy · xᵖ·ln x; both are 0 where x and p are.</summary>
    public Var Pow(Var exponent)
    {
        var y = new Var(Value.Pow(exponent.Value));
        return y.WithEdges(
            (this, dy => (dy * (exponent * Pow(OneWhere(Tensor.EqualTo(Value, 0) * Tensor.EqualTo(exponent.Value, 0), exponent) - 1)))
                .SumTo(Shape)),
            (exponent, dy => (dy * (y * OneWhere(Tensor.EqualTo(Value, 0) * (exponent.Value >= 0), this).Log())).SumTo(exponent.Shape)))
            .Reading(Value, exponent.Value, y.Value);
    }

    /// <summary>1 where a condition holds, x elsewhere: where a logarithm or a power has no value that counts.</summary>
    private static Var OneWhere(Tensor condition, Var x) => Where(condition, x.Value.Device.Full([], 1), x);
}
