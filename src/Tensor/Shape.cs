using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LisNative;

/// <summary>The sizes of a tensor's axes, outermost first; written [2, 3, 4] in code and in messages. A scalar is [].</summary>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public readonly struct Shape : IEquatable<Shape>
{
    private readonly int[]? sizes;

    private Shape(int[] sizes)
    {
        long count = 1;
        foreach (int size in sizes)
        {
            if (size < 0)
            {
                throw new ArgumentException($"Shape: [{string.Join(", ", sizes)}] has a negative size");
            }

            count = Math.Min(count * size, (long)int.MaxValue + 1);
        }

        if (sizes.Contains(0))
        {
            count = 0;
        }
        else if (count > int.MaxValue)
        {
            throw new ArgumentException($"Shape: [{string.Join(", ", sizes)}] has more than {int.MaxValue} elements");
        }

        this.sizes = sizes;
        Count = (int)count;
    }

    /// <summary>Number of axes.</summary>
    public int Rank => Sizes.Length;

    /// <summary>Number of elements: the product of the sizes, 1 for a scalar.</summary>
    public int Count => sizes is null ? 1 : field;

    /// <summary>The sizes, outermost first.</summary>
    public ReadOnlySpan<int> Sizes => sizes;

    /// <summary>The size of one axis; [^1] is the innermost.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public int this[Index axis]
    {
        get
        {
            int at = axis.GetOffset(Rank);
            return (uint)at < (uint)Rank ? sizes![at]
                : throw new ArgumentOutOfRangeException(nameof(axis), $"Shape: {this} has no axis {axis}");
        }
    }

    /// <summary>A shape of the given sizes (what a collection expression calls).</summary>
    /// <exception cref="ArgumentException">A size is negative, or the product exceeds <see cref="int.MaxValue"/>.</exception>
    public static Shape Create(ReadOnlySpan<int> sizes) => new(sizes.ToArray());

    /// <summary>The shape that a and b broadcast to: axes aligned at the innermost, a size of 1 stretches.</summary>
    /// <exception cref="ArgumentException">Two sizes differ and neither is 1.</exception>
    public static Shape Broadcast(Shape a, Shape b) => TryBroadcast(a, b, out var shape) ? shape : throw Differ(nameof(Broadcast), a, b);

    internal static bool TryBroadcast(Shape a, Shape b, out Shape shape)
    {
        if (a == b)
        {
            shape = a;
            return true;
        }

        int rank = Math.Max(a.Rank, b.Rank);
        var result = new int[rank];
        bool fits = true;
        for (int i = 1; i <= rank; i++)
        {
            int x = i <= a.Rank ? a[^i] : 1, y = i <= b.Rank ? b[^i] : 1;
            fits &= x == y || x == 1 || y == 1;
            result[rank - i] = y == 1 ? x : y;
        }

        shape = fits ? new(result) : default;
        return fits;
    }

    /// <summary>What does not broadcast, and where.</summary>
    internal static ArgumentException Differ(string operation, Shape a, Shape b)
    {
        int rank = Math.Max(a.Rank, b.Rank), at = 1;
        while (a[^at] == b[^at] || a[^at] == 1 || b[^at] == 1)
        {
            at++;
        }

        return new($"{operation}: {a} and {b} differ in axis {rank - at} ({a[^at]} against {b[^at]}); expected equal sizes there, or 1");
    }

    /// <summary>This shape with every axis in <paramref name="axes"/> of size 1 (what a reduction that keeps its axes returns).</summary>
    public Shape Reduced(ReadOnlySpan<int> axes)
    {
        var (result, named) = (Sizes.ToArray(), new bool[Rank]);
        foreach (int axis in axes)
        {
            result[Named(axis, named)] = 1;
        }

        return new(result);
    }

    /// <summary>This shape without the axes in <paramref name="axes"/>.</summary>
    public Shape Without(params ReadOnlySpan<int> axes)
    {
        var gone = new bool[Rank];
        foreach (int axis in axes)
        {
            Named(axis, gone);
        }

        return new([.. Sizes.ToArray().Where((_, axis) => !gone[axis])]);
    }

    /// <summary>An axis from 0 on, which no other of those that are named with it is.</summary>
    private int Named(int axis, bool[] named)
    {
        int at = Axis(axis);
        if (named[at])
        {
            throw new ArgumentException($"axis {at} of {this} is named twice; expected each once", nameof(axis));
        }

        named[at] = true;
        return at;
    }

    /// <summary>This shape with an axis of size 1 more, which is then number <paramref name="axis"/>.</summary>
    internal Shape With(int axis)
    {
        int at = axis < 0 ? axis + Rank + 1 : axis;
        return at >= 0 && at <= Rank ? [.. Sizes[..at], 1, .. Sizes[at..]]
            : throw new ArgumentOutOfRangeException(
                nameof(axis), $"Unsqueeze: {this} has no place for an axis {axis}; expected {-Rank - 1} to {Rank}");
    }

    /// <summary>This shape without the given axes, which have size 1; without all that have when none is given.</summary>
    internal Shape Squeezed(ReadOnlySpan<int> axes)
    {
        foreach (int axis in axes)
        {
            if (this[Axis(axis)] != 1)
            {
                throw new ArgumentException($"Squeeze: axis {axis} of {this} has size {this[Axis(axis)]}; expected 1");
            }
        }

        return axes.IsEmpty ? [.. Sizes.ToArray().Where(size => size != 1)] : Without(axes);
    }

    /// <summary>The given axes; all where none is given.</summary>
    internal int[] Axes(ReadOnlySpan<int> given = default) => given.IsEmpty ? [.. Enumerable.Range(0, Rank)] : given.ToArray();

    /// <summary>The axis number, with negative numbers counted from the innermost (−1).</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public int Axis(int axis) => axis >= -Rank && axis < Rank
        ? (axis + Rank) % Rank
        : throw new ArgumentOutOfRangeException(nameof(axis), $"Axis: {this} has no axis {axis}; "
            + (Rank == 0 ? "it is a single number" : $"expected {-Rank} to {Rank - 1}"));

    /// <summary>Strides of a contiguous tensor of this shape, in elements.</summary>
    public int[] ContiguousStrides()
    {
        var strides = new int[Rank];
        for (int i = Rank - 1, step = 1; i >= 0; i--)
        {
            strides[i] = step;
            step *= Math.Max(1, this[i]);
        }

        return strides;
    }

    /// <summary>Enumerates the sizes.</summary>
    public ReadOnlySpan<int>.Enumerator GetEnumerator() => Sizes.GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(Shape other) => Sizes.SequenceEqual(other.Sizes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(MemoryMarshal.AsBytes(Sizes));
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => $"[{string.Join(", ", Sizes.ToArray())}]";

    /// <summary>The sizes as an array, for languages without collection expressions.</summary>
    public static implicit operator Shape(int[] sizes) => Create(sizes);

    /// <summary>Same sizes in the same order.</summary>
    public static bool operator ==(Shape a, Shape b) => a.Equals(b);

    /// <summary>Not the same sizes.</summary>
    public static bool operator !=(Shape a, Shape b) => !a.Equals(b);
}
