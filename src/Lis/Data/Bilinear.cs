namespace LisNative.Data;

/// <summary>Values between the points of a grid.</summary>
internal static class Bilinear
{
    /// <summary>At row y and column x; beyond the border the border's value.</summary>
    /// <param name="height">Rows of the grid.</param>
    /// <param name="width">Columns of the grid.</param>
    /// <param name="y">The row.</param>
    /// <param name="x">The column.</param>
    /// <param name="at">The grid's value at a row and a column.</param>
    internal static double Between(int height, int width, double y, double x, Func<int, int, double> at)
    {
        (y, x) = (Math.Clamp(y, 0, height - 1), Math.Clamp(x, 0, width - 1));
        int y0 = (int)y, x0 = (int)x, y1 = Math.Min(y0 + 1, height - 1), x1 = Math.Min(x0 + 1, width - 1);
        double a = y - y0, b = x - x0;
        return ((1 - a) * (((1 - b) * at(y0, x0)) + (b * at(y0, x1)))) + (a * (((1 - b) * at(y1, x0)) + (b * at(y1, x1))));
    }
}
