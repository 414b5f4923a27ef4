namespace LisNative;

public partial class Var
{
    /// <summary>
    /// The Euclidean norm √Σx² over all axes but the first: one number a sample, [batch]. dx = dy · x / y, and 0 at the origin.
    /// </summary>
    public Var NormPerSample()
    {
        if (Shape.Rank < 2)
        {
            return Reshape(Shape[0], 1).NormPerSample();
        }

        int[] axes = [.. Enumerable.Range(1, Shape.Rank - 1)];
        using var squares = Value.SumOfSquares(axes);
        return Norm(squares);
    }

    /// <summary>‖a − b‖₂ of every sample, [batch]: difference and norm in one pass.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Var Distance(Var a, Var b)
    {
        var d = Difference(a, b, out var squares);
        using (squares)
        {
            return d.Norm(squares);
        }
    }

    /// <summary>‖a − b‖₂² of every sample, [batch], in one pass. With d = a − b: dd = 2·dy·d.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Var SquaredDistance(Var a, Var b)
    {
        var d = Difference(a, b, out var squares);
        return new Var(squares).WithEdges((d, dy => d * (dy * 2).Reshape(d.PerSample())));
    }

    /// <summary>a − b with its Σ(a − b)²; da = dd, db = −dd.</summary>
    private static Var Difference(Var a, Var b, out Tensor squares)
    {
        (var difference, squares) = Tensor.Difference(a.Value, b.Value);
        return new Var(difference).WithEdges((a, dd => dd), (b, dd => -dd));
    }

    private Var Norm(Tensor squares)
    {
        var y = new Var(squares.Sqrt());
        return y.WithEdges((this, dy => this * DivideOrZero(dy, y).Reshape(PerSample()))).Reading(y.Value);
    }

    /// <summary>[batch, 1, …, 1], which broadcasts to this.</summary>
    private int[] PerSample() => [Shape[0], .. Enumerable.Repeat(1, Shape.Rank - 1)];
}
