namespace LisNative.Scoring;

/// <summary>
/// How well maps of scores show where a fault is, pixel by pixel, against masks of the faults. Pixels are counted by score as their maps
/// come, and no map is kept. Scores count as equal where they agree in sign, exponent and 15 binary digits, to 3e-5 of their size.
/// </summary>
internal sealed class PixelMetrics
{
    /// <summary>The rate of false alarms up to which AUPRO looks, as its authors chose it.</summary>
    private const double MostFalseAlarms = 0.3;

    /// <summary>Bits of a score that are not looked at, and of its place on a page of counts.</summary>
    private const int Rounded = 8, OnPage = 12;

    /// <summary>The counts of pixels by score, the lowest first; pages without a pixel are null.</summary>
    private readonly Pixels[]?[] pages = new Pixels[1 << (32 - Rounded - OnPage)][];

    private long good, faulty, regions;

    /// <summary>Whether there are any pixels.</summary>
    internal bool Any => good + faulty > 0;

    /// <summary>Adds a map and its mask, row by row; a picture without a fault has a mask of false alone.</summary>
    /// <exception cref="ArgumentException">A score is NaN.</exception>
    internal void Add(float[] map, bool[] mask, int width)
    {
        var sizes = new List<int> { 0 };
        int[] region = Regions(mask, width, sizes);
        for (int i = 0; i < map.Length; i++)
        {
            ref var pixels = ref At(map[i]);
            if (mask[i])
            {
                pixels.Faulty++;
                pixels.Overlap += 1.0 / sizes[region[i]];
            }
            else
            {
                pixels.Good++;
            }
        }

        (good, faulty, regions) = (good + sizes[0], faulty + map.Length - sizes[0], regions + sizes.Count - 1);
    }

    /// <summary>
    /// The area under the ROC curve of all pixels, and AUPRO: the mean share of each connected fault that is flagged, over rates of false
    /// alarms from 0 to 0.3, as a share of the greatest (Bergmann and others 2021). Pixels of equal score are flagged at once.
    /// </summary>
    /// <exception cref="ArgumentException">No pixel is a fault, or none is not.</exception>
    internal (double Auroc, double Aupro) Compute()
    {
        if (good == 0 || faulty == 0)
        {
            throw new ArgumentException($"PixelMetrics: {good} good pixels and {faulty} faulty ones; expected some of both");
        }

        double wrong = 0, found = 0, overlap = 0, auroc = 0, aupro = 0;
        foreach (var pixels in pages.AsEnumerable().Reverse().SelectMany(p => p?.AsEnumerable().Reverse() ?? []))
        {
            var (wrongBefore, foundBefore, overlapBefore) = (wrong, found, overlap);
            wrong += pixels.Good / (double)good;
            found += pixels.Faulty / (double)faulty;
            overlap += pixels.Overlap / regions;
            auroc += (wrong - wrongBefore) * (found + foundBefore) / 2;
            aupro += Area(wrongBefore, wrong, overlapBefore, overlap);
        }

        return (auroc, aupro / MostFalseAlarms);
    }

    /// <summary>The counts of a score: the bits of floats, those of negative ones turned round, are in the floats' order.</summary>
    private ref Pixels At(float score)
    {
        // 0 is added since there are two of it.
        uint bits = float.IsNaN(score) ? throw new ArgumentException("PixelMetrics: a score is NaN")
            : BitConverter.SingleToUInt32Bits(score + 0f),
            place = ((int)bits < 0 ? ~bits : bits | (1u << 31)) >> Rounded;
        return ref (pages[place >> OnPage] ??= new Pixels[1 << OnPage])[place & ((1 << OnPage) - 1)];
    }

    /// <summary>Under the line from one point to the next, as far as AUPRO looks.</summary>
    private static double Area(double from, double to, double low, double high)
    {
        if (from >= MostFalseAlarms || to == from)
        {
            return 0;
        }

        double end = Math.Min(to, MostFalseAlarms), height = low + ((high - low) * (end - from) / (to - from));
        return (end - from) * (low + height) / 2;
    }

    /// <summary>Numbers the connected faults of a mask from 1, corners included, and adds their sizes; good pixels are 0.</summary>
    private static int[] Regions(bool[] mask, int width, List<int> sizes)
    {
        var (regions, height, open) = (new int[mask.Length], mask.Length / width, new Stack<int>());
        for (int start = 0; start < mask.Length; start++)
        {
            if (!mask[start])
            {
                sizes[0]++;
                continue;
            }

            if (regions[start] != 0)
            {
                continue;
            }

            regions[start] = sizes.Count;
            open.Push(start);
            int size = 0;
            while (open.TryPop(out int pixel))
            {
                size++;
                int y = pixel / width, x = pixel % width;
                for (int row = Math.Max(0, y - 1); row <= Math.Min(height - 1, y + 1); row++)
                {
                    for (int column = Math.Max(0, x - 1); column <= Math.Min(width - 1, x + 1); column++)
                    {
                        int next = (row * width) + column;
                        if (mask[next] && regions[next] == 0)
                        {
                            regions[next] = sizes.Count;
                            open.Push(next);
                        }
                    }
                }
            }

            sizes.Add(size);
        }

        return regions;
    }

    /// <summary>The pixels of one score.</summary>
    private struct Pixels
    {
        internal long Good, Faulty;

        /// <summary>Each faulty one's share of its connected fault, together.</summary>
        internal double Overlap;
    }
}
