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

    /// <summary>
    /// The positions of an axis with the given numbers, the axes of the indices in place of the axis; dx = dy, added up position by
    /// position. A recording reads the numbers anew in each replay.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">An index is no position of the axis.</exception>
    public Var Gather(int axis, IndexTensor indices)
    {
        int at = Shape.Axis(axis);
        return new Var(Value.Gather(at, indices)).WithEdges((this, dy => dy.ScatterAdd(at, indices, Shape[at]))).Reading(indices.Values);
    }

    /// <summary>
    /// Zeros with an axis of <paramref name="size"/> in place of those of the indices, to which this is added at the positions with the
    /// given numbers; dx = those positions of dy.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not fit, or an index is no position of the new axis.</exception>
    public Var ScatterAdd(int axis, IndexTensor indices, int size) =>
        new Var(Value.ScatterAdd(axis, indices, size)).WithEdges((this, dy => dy.Gather(axis, indices))).Reading(indices.Values);
}
