namespace LisNative.Data;

/// <summary>
/// Most numbers of tables: a sign, digits and a decimal mark, in all 15 digits at most. They are one whole number over a power of ten, both
/// exact in double precision, so that their quotient is the double nearest to the number (Clinger 1990).
/// </summary>
internal static class PlainNumber
{
    private const int MostDigits = 15;

    private static readonly double[] Tens = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    /// <summary>Reads one as the double nearest to it; false for what is written otherwise, or is no number.</summary>
    internal static bool TryRead(ReadOnlySpan<char> cell, char mark, out double value)
    {
        long whole = 0;
        int digits = 0, after = -1, sign = cell is ['-' or '+', ..] ? 1 : 0;
        foreach (char c in cell[sign..])
        {
            if (char.IsAsciiDigit(c))
            {
                (whole, digits) = ((10 * whole) + (c - '0'), digits + 1);
            }
            else if (c == mark && after < 0)
            {
                after = digits;
            }
            else
            {
                digits = 0;
                break;
            }
        }

        bool isRead = digits is > 0 and <= MostDigits;
        value = isRead ? whole / Tens[after < 0 ? 0 : digits - after] * (cell[0] == '-' ? -1 : 1) : 0;
        return isRead;
    }
}
