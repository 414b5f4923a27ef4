namespace LisNative;

public partial class Var
{
    /// <summary>The larger of a and b, element by element; dy goes to b where b &gt; a, else to a.</summary>
    public static Var Max(Var a, Var b)
    {
        var y = new Var(Tensor.Max(a.Value, b.Value));
        Var FromB() => Tensor.GreaterThan(b.Value, a.Value);
        return y.WithEdges(
            (a, dy => (dy * FromB().Affine(-1, 1)).SumTo(a.Shape)),
            (b, dy => (dy * FromB()).SumTo(b.Shape)));
    }
}
