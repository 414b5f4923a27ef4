namespace LisNative.Features;

/// <summary>Places at even distances along one side of a picture.</summary>
/// <param name="Count">How many.</param>
/// <param name="First">The middle of the first, in pixels.</param>
/// <param name="Step">From one to the next, in pixels.</param>
internal readonly record struct PlaceAxis(int Count, double First, double Step)
{
    /// <summary>So many places that share a side evenly.</summary>
    internal static PlaceAxis Even(int count, int length) => new(count, (double)length / count / 2, (double)length / count);

    /// <summary>The pixels from half way to the place before to half way to the next.</summary>
    internal (int Begin, int End) Reach(int place, int pixels)
    {
        int begin = Math.Clamp((int)Math.Round(First + ((place - 0.5) * Step)), 0, pixels - 1);
        return (begin, Math.Clamp((int)Math.Round(First + ((place + 0.5) * Step)), begin + 1, pixels));
    }

    /// <summary>The two places between whose middles a pixel has its own, and how far it is from the first, from 0 to 1.</summary>
    internal (int First, int Second, float Share) Around(int pixel)
    {
        double at = Math.Clamp((pixel + 0.5 - First) / Step, 0, Count - 1);
        int first = (int)at;
        return (first, Math.Min(first + 1, Count - 1), (float)(at - first));
    }
}

/// <summary>The places of a picture, in rows and columns.</summary>
internal readonly record struct PlaceGrid(PlaceAxis Down, PlaceAxis Across)
{
    internal int Count => Down.Count * Across.Count;

    /// <summary>
    /// The places around whose middles, as far as half way to the next, a third of the pixels or more are marked, row by row.
    /// </summary>
    internal int[] Within(bool[] marked, int width)
    {
        var (down, across, within) = (Down, Across, new List<int>());
        for (int place = 0; place < Count; place++)
        {
            var (top, bottom) = down.Reach(place / across.Count, marked.Length / width);
            var (left, right) = across.Reach(place % across.Count, width);
            int count = 0;
            for (int y = top; y < bottom; y++)
            {
                count += marked.AsSpan((y * width) + left, right - left).Count(true);
            }

            if (3 * count >= (bottom - top) * (right - left))
            {
                within.Add(place);
            }
        }

        return [.. within];
    }

    /// <summary>Numbers of the places as one for each pixel, linear between their middles.</summary>
    internal float[] Enlarge(ReadOnlySpan<float> places, int height, int width)
    {
        var map = new float[height * width];
        for (int y = 0; y < height; y++)
        {
            var (top, bottom, down) = Down.Around(y);
            for (int x = 0; x < width; x++)
            {
                var (left, right, across) = Across.Around(x);
                map[(y * width) + x] = float.Lerp(
                    float.Lerp(places[(top * Across.Count) + left], places[(top * Across.Count) + right], across),
                    float.Lerp(places[(bottom * Across.Count) + left], places[(bottom * Across.Count) + right], across), down);
            }
        }

        return map;
    }
}
