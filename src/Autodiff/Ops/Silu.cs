namespace LisNative;

public partial class Var
{
    /// <summary>x · σ(x).</summary>
    public Var Silu() => this * Sigmoid();
}
