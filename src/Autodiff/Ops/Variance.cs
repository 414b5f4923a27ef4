namespace LisNative;

public partial class Var
{
    /// <summary>Σ(x − mean)² / (n − correction) over the given axes (all when none is given), kept as size 1 when
    /// <paramref name="keep"/>; the correction is 1 of a sample (Bessel's), 0 of all there is.</summary>
    /// <exception cref="ArgumentException">There are no more elements than the correction.</exception>
    public Var Variance(ReadOnlySpan<int> axes = default, bool keep = false, int correction = 1)
    {
        int[] reduced = Shape.Axes(axes);
        int n = Shape.Count / Math.Max(1, Shape.Reduced(reduced).Count);
        return n > correction ? (this - Mean(reduced, keep: true)).Square().Sum(reduced, keep) / (n - correction)
            : throw new ArgumentException(
                $"Variance: {n} element{(n == 1 ? "" : "s")} of {Shape} for a correction of {correction}; expected more than that");
    }
}
