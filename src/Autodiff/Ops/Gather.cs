namespace LisNative;

// Gather ↔ ScatterAdd: each is the other's gradient.
public partial class Var
{
    /// <summary>The rows with the given numbers; dx = dy, added up row by row.</summary>
    public Var Gather(int[] rows)
    {
        int[] own = [.. rows];      // the caller may use the array again before the sweep
        return new Var(Value.Gather(own)).WithEdges((this, dy => dy.ScatterAdd(own, Shape[0])));
    }

    /// <summary>Zeros of <paramref name="count"/> rows with row i of this added to row rows[i]; dx = those rows of dy.</summary>
    public Var ScatterAdd(int[] rows, int count)
    {
        int[] own = [.. rows];
        return new Var(Value.ScatterAdd(own, count)).WithEdges((this, dy => dy.Gather(own)));
    }
}
