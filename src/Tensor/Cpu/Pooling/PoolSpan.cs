namespace LisNative.Cpu;

/// <summary>
/// The taps along one axis that reach a pixel and lie in the image that is read: First, First + Step, …, Count of them; the i-th reads
/// pixel Pixel + i·Move.
/// </summary>
internal readonly record struct PoolSpan(int First, int Step, int Count, int Pixel, int Move)
{
    /// <summary>Of the taps of a phase those of its u-th pixel.</summary>
    internal static PoolSpan Of(Taps taps, int u, int size)
    {
        int pixel = (u * taps.Scale) + taps.Start, last = pixel + ((taps.Count - 1) * taps.Move);
        if ((uint)pixel < (uint)size && (uint)last < (uint)size && taps.Count > 0)
        {
            return new(taps.First, taps.Step, taps.Count, pixel, taps.Move);
        }

        int first = 0, end = taps.Count;
        while (first < end && (uint)(pixel + (first * taps.Move)) >= (uint)size)
        {
            first++;
        }

        while (end > first && (uint)(pixel + ((end - 1) * taps.Move)) >= (uint)size)
        {
            end--;
        }

        return new(taps.First + (first * taps.Step), taps.Step, end - first, pixel + (first * taps.Move), taps.Move);
    }
}
