namespace LisNative.Layers;

/// <summary>Sizes of values before there is one: those of a weight are numbers; a batch has any number of samples, and height and width
/// may be open.</summary>
internal static class Sizes
{
    /// <summary>What only the values that come will tell.</summary>
    internal const int Open = -1, Batch = -2;

    /// <summary>The largest height, width or number of channels: products with strides and kernels can be counted.</summary>
    internal const int Most = 1 << 20;

    /// <summary>As in messages: [N, 3, ?, ?].</summary>
    internal static string Text(IEnumerable<int> sizes) =>
        $"[{string.Join(", ", sizes.Select(s => s switch { Batch => "N", Open => "?", _ => $"{s}" }))}]";

    /// <summary>What two values broadcast to; an open size is taken to be right.</summary>
    /// <exception cref="ArgumentException">They do not, or would stretch the batch.</exception>
    internal static int[] Broadcast(int[] a, int[] b)
    {
        int rank = Math.Max(a.Length, b.Length);
        var result = new int[rank];
        for (int i = 1; i <= rank; i++)
        {
            int x = i <= a.Length ? a[^i] : 1, y = i <= b.Length ? b[^i] : 1;
            result[^i] = x == y || y == 1 ? x : x == 1 ? y : x == Open && y > 0 ? y : y == Open && x > 0 ? x
                : throw new ArgumentException($"expected sizes that broadcast, found {Text(a)} and {Text(b)}");
        }

        return Array.IndexOf(result, Batch) <= 0 ? result
            : throw new ArgumentException($"expected the batch as the first axis of both, found {Text(a)} and {Text(b)}");
    }

    /// <summary>The number of elements of one sample.</summary>
    /// <exception cref="ArgumentException">A size is open.</exception>
    internal static long PerSample(int[] sizes) => sizes.Skip(1).All(s => s >= 0) ? sizes.Skip(1).Aggregate(1L, (p, s) => checked(p * s))
        : throw new ArgumentException($"expected a fixed height and width, found {Text(sizes)}");

    /// <summary>Refuses what is no batch of images.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    internal static void CheckImages(int[] sizes)
    {
        if (sizes.Length != 4 || sizes[0] != Batch)
        {
            throw new ArgumentException($"expected images [N, channels, height, width], found {Text(sizes)}");
        }
    }

    /// <summary>Refuses an axis that is none of the value's, or its batch.</summary>
    /// <exception cref="ArgumentException">It is.</exception>
    internal static void CheckAxis(int[] sizes, int axis)
    {
        if (axis < 1 || axis >= sizes.Length)
        {
            throw new ArgumentException($"expected an axis of {Text(sizes)} behind the batch, found {axis}");
        }
    }
}
