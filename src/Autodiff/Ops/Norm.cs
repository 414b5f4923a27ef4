using LisNative.Formulas;

namespace LisNative;

public partial class Var
{
    /// <summary>The Euclidean norm √Σx² over all axes but the first: one number a sample, [batch]. dx = dy · x / y, and 0 at the origin.</summary>
    public Var NormPerSample()
    {
        var axes = new int[Shape.Rank - 1];
        for (int i = 0; i < axes.Length; i++)
        {
            axes[i] = i + 1;
        }

        using var squares = Value.Reduce(default(SumOfSquares), axes);
        var y = new Var(squares.Map(default(Sqrt)));
        return y.From((this, dy => this * DivideOrZero(dy, y).Reshape(Shape.Reduced(axes).Sizes)));
    }
}
