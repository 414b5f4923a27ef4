namespace LisNative.Scoring;

/// <summary>How well maps of scores show where a fault is, pixel by pixel, against masks of the faults.</summary>
internal static class PixelMetrics
{
    /// <summary>The rate of false alarms up to which AUPRO looks, as its authors chose it.</summary>
    private const double MostFalseAlarms = 0.3;

    /// <summary>A map and its mask, row by row; a picture without a fault has a mask of false alone.</summary>
    internal readonly record struct Picture(float[] Map, bool[] Mask, int Width);

    /// <summary>
    /// The area under the ROC curve of all pixels, and AUPRO: the mean share of each connected fault that is flagged, over rates of false
    /// alarms from 0 to 0.3, as a share of the greatest (Bergmann and others 2021). Tied pixels are flagged at once.
    /// </summary>
    /// <exception cref="ArgumentException">No pixel is a fault, or none is not, or a score is NaN.</exception>
    internal static (double Auroc, double Aupro) Compute(IReadOnlyList<Picture> pictures)
    {
        int all = pictures.Sum(p => p.Map.Length), at = 0;
        var (scores, regions, sizes) = (new float[all], new int[all], new List<int> { 0 });
        foreach (var picture in pictures)
        {
            picture.Map.CopyTo(scores, at);
            Label(picture, regions.AsSpan(at, picture.Map.Length), sizes);
            at += picture.Map.Length;
        }

        double good = regions.Count(r => r == 0), faulty = all - good;
        if (good == 0 || faulty == 0 || Array.Exists(scores, float.IsNaN))
        {
            throw new ArgumentException($"PixelMetrics: {good} good pixels and {faulty} faulty ones; expected some of both, and no NaN");
        }

        Array.Sort(scores, regions);
        double[] shares = [.. sizes.Select(size => 1.0 / Math.Max(1, size) / (sizes.Count - 1))];
        double wrong = 0, found = 0, overlap = 0, auroc = 0, aupro = 0;
        for (int end = all; end > 0;)
        {
            var (wrongBefore, foundBefore, overlapBefore) = (wrong, found, overlap);
            float score = scores[end - 1];
            for (; end > 0 && scores[end - 1] == score; end--)
            {
                int region = regions[end - 1];
                (wrong, found, overlap) = region == 0 ? (wrong + (1 / good), found, overlap)
                    : (wrong, found + (1 / faulty), overlap + shares[region]);
            }

            auroc += (wrong - wrongBefore) * (found + foundBefore) / 2;
            aupro += Area(wrongBefore, wrong, overlapBefore, overlap);
        }

        return (auroc, aupro / MostFalseAlarms);
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

    /// <summary>Numbers the connected faults, corners included, from where others left off, and adds their sizes.</summary>
    private static void Label(Picture picture, Span<int> regions, List<int> sizes)
    {
        var (mask, width, height) = (picture.Mask, picture.Width, picture.Mask.Length / picture.Width);
        var open = new Stack<int>();
        for (int start = 0; start < mask.Length; start++)
        {
            if (!mask[start] || regions[start] != 0)
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
    }
}
