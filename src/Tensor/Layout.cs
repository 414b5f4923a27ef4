namespace LisNative;

/// <summary>Arithmetic on shapes and strides.</summary>
internal static class Layout
{
    /// <summary>Whether elements follow one another, innermost axis fastest.</summary>
    internal static bool IsContiguous(Shape shape, ReadOnlySpan<int> strides)
    {
        for (int i = shape.Rank - 1, step = 1; i >= 0; i--)
        {
            if (shape[i] != 1 && strides[i] != step)
            {
                return shape.Count == 0;
            }

            step *= shape[i];
        }

        return true;
    }

    /// <summary>Whether some order of the axes makes it contiguous: no gaps, no overlap.</summary>
    internal static bool IsDense(Shape shape, ReadOnlySpan<int> strides)
    {
        const int Few = 16;
        if (IsContiguous(shape, strides))
        {
            return true;
        }

        Span<int> order = strides.Length <= Few ? stackalloc int[Few] : new int[strides.Length];
        OutermostFirst(strides, order);
        for (int i = strides.Length - 1, step = 1; i >= 0; i--)
        {
            int axis = order[i];
            if (shape[axis] != 1 && strides[axis] != step)
            {
                return false;
            }

            step *= shape[axis];
        }

        return true;
    }

    /// <summary>The axes by falling stride; those of one stride stay in order.</summary>
    internal static int[] OutermostFirst(ReadOnlySpan<int> strides)
    {
        var order = new int[strides.Length];
        OutermostFirst(strides, order);
        return order;
    }

    private static void OutermostFirst(ReadOnlySpan<int> strides, Span<int> order)
    {
        // Insertion sort.
        for (int i = 0; i < strides.Length; i++)
        {
            int at = i;
            for (; at > 0 && strides[order[at - 1]] < strides[i]; at--)
            {
                order[at] = order[at - 1];
            }

            order[at] = i;
        }
    }

    /// <summary>The order of axes that undoes another.</summary>
    internal static int[] Inverse(int[] order) => [.. Enumerable.Range(0, order.Length).Select(axis => Array.IndexOf(order, axis))];

    /// <summary>Strides of a [N, C, H, W] tensor whose memory order is N, H, W, C: what the convolutions read and write fastest.</summary>
    internal static int[] ChannelsLast(Shape shape) => [shape[1] * shape[2] * shape[3], 1, shape[3] * shape[1], shape[1]];

    /// <summary>Strides for a view of another shape over the same elements, or null when a copy is needed.</summary>
    internal static int[]? Reshape(Shape from, ReadOnlySpan<int> strides, Shape to)
    {
        if (IsContiguous(from, strides))
        {
            return to.ContiguousStrides();
        }

        var old = new List<(int Size, int Stride)>();
        for (int axis = 0; axis < from.Rank; axis++)
        {
            if (from[axis] != 1)
            {
                old.Add((from[axis], strides[axis]));
            }
        }

        var result = new int[to.Rank];
        for (int i = 0, j = 0; j < to.Rank;)
        {
            // A group of old axes and a group of new axes with the same product.
            int first = i, start = j;
            long held = 1, made = 1;
            do
            {
                if (made <= held)
                {
                    made *= to[j++];
                }
                else
                {
                    held *= old[i++].Size;
                }
            }
            while (made != held);

            for (int axis = first; axis + 1 < i; axis++)
            {
                if (old[axis].Stride != old[axis + 1].Stride * old[axis + 1].Size)
                {
                    return null;
                }
            }

            int step = i > first ? old[i - 1].Stride : 1;
            for (int axis = j - 1; axis >= start; axis--)
            {
                result[axis] = step;
                step *= to[axis];
            }
        }

        return result;
    }
}
