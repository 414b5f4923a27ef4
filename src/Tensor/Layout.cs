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

        var result = new int[to.Rank];
        int i = 0, j = 0;
        while (j < to.Rank)
        {
            // A group of old axes and a group of new axes with the same product.
            int first = i, start = j;
            long old = 1, made = 1;
            do
            {
                if (made <= old && j < to.Rank)
                {
                    made *= to[j++];
                }
                else
                {
                    old *= i < from.Rank ? from[i++] : 1;
                }
            }
            while (made != old);
            while (i < from.Rank && from[i] == 1)
            {
                i++;
            }

            int last = i - 1;
            while (last >= first && from[last] == 1)
            {
                last--;
            }

            for (int a = first; a < last; a++)
            {
                int next = a + 1;
                while (next < last && from[next] == 1)
                {
                    next++;
                }

                if (from[a] != 1 && strides[a] != strides[next] * from[next])
                {
                    return null;
                }
            }

            int step = last >= first ? strides[last] : 1;
            for (int b = j - 1; b >= start; b--)
            {
                result[b] = step;
                step *= to[b];
            }
        }

        return result;
    }
}
