namespace LisNative;

public partial class Var
{
    /// <summary>The larger of a and b, element by element; dy goes to b where b &gt; a, else to a.</summary>
    public static Var Max(Var a, Var b) => Chosen(Tensor.Max(a.Value, b.Value), a, b, () => Tensor.GreaterThan(b.Value, a.Value));

    /// <summary>The smaller of a and b, element by element; dy goes to b where b &lt; a, else to a.</summary>
    public static Var Min(Var a, Var b) => Chosen(Tensor.Min(a.Value, b.Value), a, b, () => Tensor.GreaterThan(a.Value, b.Value));

    /// <summary>
    /// The largest x over the given axes (all when none is given), kept as size 1 when <paramref name="keep"/>; those that are as large
    /// share dy evenly (torch.amax).
    /// </summary>
    public Var Max(ReadOnlySpan<int> axes = default, bool keep = false) => Extreme(Value.Max(axes, keep), axes);

    /// <summary>
    /// The smallest x over the given axes (all when none is given), kept as size 1 when <paramref name="keep"/>; those that are as small
    /// share dy evenly (torch.amin).
    /// </summary>
    public Var Min(ReadOnlySpan<int> axes = default, bool keep = false) => Extreme(Value.Min(axes, keep), axes);

    /// <summary>The first position of the greatest x along an axis.</summary>
    public IndexTensor ArgMax(int axis, bool keep = false) => Value.ArgMax(axis, keep);

    /// <summary>The first position of the least x along an axis.</summary>
    public IndexTensor ArgMin(int axis, bool keep = false) => Value.ArgMin(axis, keep);

    private static Var Chosen(Tensor value, Var a, Var b, Func<Tensor> fromB)
    {
        var y = new Var(value);
        return y.WithEdges(
            (a, dy => (dy * ((Var)fromB()).Affine(-1, 1)).SumTo(a.Shape)),
            (b, dy => (dy * fromB()).SumTo(b.Shape))).Reading(a.Value, b.Value);
    }

    private Var Extreme(Tensor value, ReadOnlySpan<int> axes)
    {
        int[] reduced = Shape.Axes(axes);
        return new Var(value).WithEdges((this, Shared)).Reading(value);

        Var Shared(Var dy)
        {
            var kept = Shape.Reduced(reduced).Sizes;
            var reached = Tensor.EqualTo(Value, value.Reshape(kept));
            return dy.Reshape(kept) / reached.Sum(reduced, keep: true) * reached;
        }
    }
}
