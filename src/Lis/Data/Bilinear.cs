namespace LisNative.Data;

/// <summary>Values between the points of a grid.</summary>
internal static class Bilinear
{
    /// <summary>The value at row y and column x of a grid; beyond the border the border's value.</summary>
    internal static double Between(int height, int width, double y, double x, Func<int, int, double> at)
    {
        (y, x) = (Math.Clamp(y, 0, height - 1), Math.Clamp(x, 0, width - 1));
        int y0 = (int)y, x0 = (int)x, y1 = Math.Min(y0 + 1, height - 1), x1 = Math.Min(x0 + 1, width - 1);
        double a = y - y0, b = x - x0;
        return ((1 - a) * (((1 - b) * at(y0, x0)) + (b * at(y0, x1)))) + (a * (((1 - b) * at(y1, x0)) + (b * at(y1, x1))));
    }
}
