using System.Globalization;
using System.Text;

namespace LisNative.Cli.Inspecting;

/// <summary>The edge of a mask as the data of an SVG path.</summary>
internal static class MaskOutline
{
    /// <summary>Around every pixel, of so many rows and columns, in which something is faulty.</summary>
    internal static string Path((bool[] Mask, int Width) own, int height, int width)
    {
        bool[] mask = Scaled(own.Mask, own.Width, height, width);
        bool At(int y, int x) => y >= 0 && y < height && x >= 0 && x < width && mask[(y * width) + x];
        var path = new StringBuilder();
        for (int y = 0; y <= height; y++)
        {
            foreach (var (from, length) in Runs(width, x => At(y - 1, x) != At(y, x)))
            {
                path.Append(CultureInfo.InvariantCulture, $"M{from} {y}h{length}");
            }
        }

        for (int x = 0; x <= width; x++)
        {
            foreach (var (from, length) in Runs(height, y => At(y, x - 1) != At(y, x)))
            {
                path.Append(CultureInfo.InvariantCulture, $"M{x} {from}v{length}");
            }
        }

        return path.ToString();
    }

    private static List<(int From, int Length)> Runs(int count, Predicate<int> isEdge)
    {
        var runs = new List<(int From, int Length)>();
        int from = 0;
        for (int i = 0; i <= count; i++)
        {
            if (i < count && isEdge(i))
            {
                continue;
            }

            if (i > from)
            {
                runs.Add((from, i - from));
            }

            from = i + 1;
        }

        return runs;
    }

    /// <summary>The smallest fault stays.</summary>
    private static bool[] Scaled(bool[] mask, int width, int toHeight, int toWidth)
    {
        int height = mask.Length / width;
        var scaled = new bool[toHeight * toWidth];
        for (int i = 0; i < mask.Length; i++)
        {
            if (mask[i])
            {
                long y = i / width, x = i % width;
                scaled[(y * toHeight / height * toWidth) + (x * toWidth / width)] = true;
            }
        }

        return scaled;
    }
}
