using System.Runtime.CompilerServices;

namespace LisNative.Gpu.Kernels;

/// <summary>One loop of an element-wise operation: its length and the strides of up to three operands.</summary>
internal readonly struct Axis(int size, int y, int a, int b)
{
    private readonly Divisor size = new(Math.Max(1, size));
    private readonly int y = y, a = a, b = b;

    /// <summary>Takes this axis's coordinate off the element number and adds its share to the places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Peel(ref int i, ref Places at)
    {
        int coordinate = i, outer = size.Split(ref coordinate);
        at.Y += coordinate * y;
        at.A += coordinate * a;
        at.B += coordinate * b;
        i = outer;
    }
}

/// <summary>Where an element lies in each operand.</summary>
internal struct Places
{
    internal int Y, A, B;
}

/// <summary>The loops over operands of any layout, innermost first. GPU code has no arrays, so the axes are fields.</summary>
internal readonly struct Axes
{
    private readonly int rank;
    private readonly Axis a0, a1, a2, a3, a4, a5, a6, a7;
    private readonly Places start;

    private Axes(StridedIterator nest, Places start)
    {
        rank = nest.Rank;
        this.start = start;
        (a0, a1, a2, a3, a4, a5, a6, a7) = (AxisOf(nest, 0), AxisOf(nest, 1), AxisOf(nest, 2), AxisOf(nest, 3), AxisOf(nest, 4),
            AxisOf(nest, 5), AxisOf(nest, 6), AxisOf(nest, 7));
    }

    internal static Axes Create(Tensor y, Tensor? a = null, Tensor? b = null)
    {
        var nest = a is null ? StridedIterator.Create(y) : b is null ? StridedIterator.Create(y, a) : StridedIterator.Create(y, a, b);
        return new(nest, new() { Y = y.Offset, A = a?.Offset ?? 0, B = b?.Offset ?? 0 });
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Places PlacesOf(int i)
    {
        var at = start;
        a0.Peel(ref i, ref at);
        if (rank > 1)
        {
            a1.Peel(ref i, ref at);
        }

        if (rank > 2)
        {
            a2.Peel(ref i, ref at);
        }

        if (rank > 3)
        {
            a3.Peel(ref i, ref at);
            a4.Peel(ref i, ref at);
            a5.Peel(ref i, ref at);
            a6.Peel(ref i, ref at);
            a7.Peel(ref i, ref at);
        }

        return at;
    }

    private static Axis AxisOf(StridedIterator nest, int inner)
    {
        int axis = nest.Rank - 1 - inner;
        return axis < 0 ? new(1, 0, 0, 0) : new(nest.Size(axis), nest.Stride(0, axis), nest.Stride(1, axis), nest.Stride(2, axis));
    }
}
