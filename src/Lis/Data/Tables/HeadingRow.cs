namespace LisNative.Data;

/// <summary>Tells whether the first row of a table names its columns, by all of its cells and the rows below it.</summary>
/// <param name="dialect">How the table writes numbers.</param>
/// <param name="first">The cells of the first row.</param>
/// <param name="below">Those of some rows that follow.</param>
internal sealed class HeadingRow(Dialect dialect, string[] first, IReadOnlyList<string[]> below)
{
    private const int FewColumns = 2, ManyColumns = 5;

    /// <summary>Whether it names columns, and whether that is plain: no cell that could be a sample's is taken for a name.</summary>
    internal (bool Names, bool Plain) Judge()
    {
        bool IsBelow(string[] row, int column) => column < row.Length && (IsNumber(row[column]) || Dialect.IsAdorned(row[column]));
        string[] asked = [.. first.Where((_, column) => below.Count == 0 || below.Any(r => IsBelow(r, column)))];
        int texts = asked.Count(IsText), numbers = asked.Count(IsNumber);
        return texts > 0 ? (texts > numbers && (numbers == 0 || below.Count > 0), numbers == 0)
            : (numbers > 0 && below.Count > 0 && IsScale(), false);
    }

    private bool IsNumber(string cell) => dialect.TryNumber(cell, out _);

    private bool IsText(string cell) => !IsNumber(cell) && !Dialect.IsMissing(cell);

    /// <summary>
    /// Whether it is a scale, as no row below it is: 0, 1, 2; 400.0, 402.5, 405.0; or any that rises or falls, out of the columns' ranges.
    /// </summary>
    private bool IsScale()
    {
        string[] named = first[0].Length == 0 ? first[1..] : first;
        double[] scale = Numbers(named);
        double[][] rows = [.. below.Select(r => Numbers(r[Math.Min(r.Length, first.Length - named.Length)..]))
            .Where(r => r.Length == scale.Length)];
        if (scale.Length != named.Length || rows.Length == 0)
        {
            return false;
        }

        bool unlike = IsCount(named) && (!rows.Any(r => r.All(double.IsInteger)) || (named.Length >= ManyColumns && !rows.Any(Rises)));
        return scale.Length <= FewColumns ? unlike
            : Rises(scale) && (unlike || (rows.Length > 1 && 2 * Outside(scale, rows) > scale.Length))
                && ((IsEven(scale) && !rows.Any(r => Rises(r) && IsEven(r))) || (scale.Length >= ManyColumns && !rows.Any(Rises)));
    }

    private double[] Numbers(string[] cells) => [.. cells.Where(IsNumber).Select(c => dialect.TryNumber(c, out double value) ? value : 0)];

    private static bool IsCount(string[] cells) =>
        cells.Index().All(c => c.Item == $"{c.Index}") || (cells.Length > 1 && cells.Index().All(c => c.Item == $"{c.Index + 1}"));

    private static bool Rises(double[] row) => Steps(row).All(s => s > 0) || Steps(row).All(s => s < 0);

    private static bool IsEven(double[] row) => Steps(row).Max() - Steps(row).Min() <= 1e-6 * (Math.Abs(row[0]) + Math.Abs(row[^1]));

    private static IEnumerable<double> Steps(double[] row) => row.Zip(row.Skip(1), (a, b) => b - a);

    private static int Outside(double[] scale, double[][] rows) =>
        scale.Where((s, column) => s < rows.Min(r => r[column]) || s > rows.Max(r => r[column])).Count();
}
