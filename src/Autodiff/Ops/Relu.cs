namespace LisNative;

public partial class Var
{
    /// <summary>x &lt; 0 ? 0 : x.</summary>
    public Var Relu() => LeakyRelu(0);
}
