namespace LisNative;

/// <summary>
/// What an indexing takes of one axis: one position, whose axis goes (<c>x[0]</c>, <c>x[^1]</c>), or a range of them (<c>x[.., 1..3]</c>).
/// </summary>
public readonly struct AxisIndex
{
    private readonly Range range;
    private readonly bool isPosition;

    private AxisIndex(Range range, bool isPosition) => (this.range, this.isPosition) = (range, isPosition);

    /// <summary>The positions of a range.</summary>
    public static implicit operator AxisIndex(Range range) => new(range, isPosition: false);

    /// <summary>A position from either end.</summary>
    public static implicit operator AxisIndex(Index position) => new(position..position, isPosition: true);

    /// <summary>A position from the beginning.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public static implicit operator AxisIndex(int position) => position >= 0 ? (Index)position
        : throw new ArgumentOutOfRangeException(
            nameof(position), $"Index: position {position} is negative; ^{-(long)position} counts from the end");

    /// <summary>Where it begins in an axis and how many positions it takes; null of them for one whose axis goes.</summary>
    internal (int Start, int? Length) Of(Shape shape, int axis)
    {
        int size = shape[axis], start = range.Start.GetOffset(size), end = isPosition ? start + 1 : range.End.GetOffset(size);
        return start >= 0 && start <= end && end <= size ? (start, isPosition ? null : end - start)
            : throw new ArgumentOutOfRangeException(
                nameof(axis), $"Index: {this} leaves axis {axis} of {shape}, which has {size} position{(size == 1 ? "" : "s")}");
    }

    /// <summary>As it is written.</summary>
    public override string ToString() => isPosition ? $"{range.Start}" : $"{range}";
}
