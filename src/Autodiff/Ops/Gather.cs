namespace LisNative;

// Gather ↔ ScatterAdd: each is the other's gradient.
public partial class Var
{
    /// <summary>The rows with the given numbers; dx = dy, added up row by row.</summary>
    public Var Gather(int[] rows) => new Var(Value.Gather(rows)).WithEdges((this, dy => dy.ScatterAdd(rows, Shape[0])));

    /// <summary>Zeros of <paramref name="count"/> rows with row i of this added to row rows[i]; dx = those rows of dy.</summary>
    public Var ScatterAdd(int[] rows, int count) => new Var(Value.ScatterAdd(rows, count)).WithEdges((this, dy => dy.Gather(rows)));
}
