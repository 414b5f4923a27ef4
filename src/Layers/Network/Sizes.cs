namespace LisNative.Layers;

/// <summary>Sizes of values before there is one: those of a weight are numbers; a batch has any number of samples, of which an axis may
/// have a multiple, and others may be open.</summary>
internal static class Sizes
{
    /// <summary>What only the values that come will tell.</summary>
    internal const int Open = -1, Batch = -2;

    /// <summary>So many for each sample.</summary>
    internal static int OfBatch(long times) => checked((int)(-1 - times));

    /// <summary>How many there are for each sample; 0 for a size that is none of the batch.</summary>
    internal static int PerBatch(int size) => size <= Batch ? -1 - size : 0;

    /// <summary>The axis that grows with the batch; −1 if there is none.</summary>
    internal static int BatchAxis(int[] sizes) => Array.FindIndex(sizes, s => s <= Batch);

    /// <summary>The largest height, width or number of channels: products with strides and kernels can be counted.</summary>
    internal const int Most = 1 << 20;

    /// <summary>As in messages: [N, 3, ?, ?].</summary>
    internal static string Text(IEnumerable<int> sizes) =>
        $"[{string.Join(", ", sizes.Select(s => s switch { Batch => "N", < Batch => $"{-1 - s}N", Open => "?", _ => $"{s}" }))}]";

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

        return OnlyOne(result, a, b);
    }

    /// <summary>Sizes that were made of others, if the batch is in one of them at most.</summary>
    /// <exception cref="ArgumentException">It is in several.</exception>
    internal static int[] OnlyOne(int[] sizes, params int[][] of) => sizes.Count(s => s <= Batch) <= 1 ? sizes
        : throw new ArgumentException($"expected the batch as one axis of the result, found {Text(sizes)} of "
            + string.Join(" and ", of.Select(Text)));

    /// <summary>The number of elements of one sample.</summary>
    /// <exception cref="ArgumentException">A size is open.</exception>
    internal static long PerSample(int[] sizes) =>
        !sizes.Contains(Open) ? sizes.Aggregate(1L, (p, s) => checked(p * (s <= Batch ? PerBatch(s) : s)))
        : throw new ArgumentException(
            $"expected {(sizes.Length == 4 ? "a fixed height and width" : "fixed sizes behind the batch")}, found {Text(sizes)}");

    /// <summary>Some sizes as one.</summary>
    /// <exception cref="ArgumentException">A size is open.</exception>
    internal static int Product(params int[] sizes) =>
        BatchAxis(sizes) >= 0 ? OfBatch(PerSample(sizes)) : checked((int)PerSample(sizes));

    /// <summary>The sizes of a batch of so many samples.</summary>
    internal static int[] Of(int[] sizes, int samples) => Array.ConvertAll(sizes, s => s <= Batch ? checked(PerBatch(s) * samples) : s);

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
        if (axis < 0 || axis >= sizes.Length || sizes[axis] <= Batch)
        {
            throw new ArgumentException($"expected an axis of {Text(sizes)} other than the batch's, found {axis}");
        }
    }
}
