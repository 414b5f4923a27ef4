namespace LisNative;

public partial class Var
{
    /// <summary>(x − mean) / √(variance + ε) · scale + shift over the last axis (Ba, Kiros, Hinton 2016).</summary>
    public Var LayerNorm(Var scale, Var shift, double epsilon = 1e-5)
    {
        var centred = this - Mean([-1], keep: true);
        var variance = centred.Square().Mean([-1], keep: true);
        return (centred / (variance + epsilon).Sqrt() * scale) + shift;
    }
}
