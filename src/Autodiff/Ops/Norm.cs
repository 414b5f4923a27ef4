using LisNative.Formulas;

namespace LisNative;

public partial class Var
{
    /// <summary>The Euclidean norm √Σx² over all axes but the first: one number a sample, [batch]. dx = dy · x / y, and 0 at the origin.</summary>
    public Var NormPerSample()
    {
        int[] axes = [.. Enumerable.Range(1, Shape.Rank - 1)];
        using var squares = Value.Reduce(default(SumOfSquares), axes);
        var y = new Var(squares.Map(default(Sqrt)));
        Shape column = [Shape[0], .. Enumerable.Repeat(1, Shape.Rank - 1)];
        return y.From((this, dy => this * DivideOrZero(dy, y).Reshape(column.Sizes)));
    }
}
