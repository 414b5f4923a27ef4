using System.Globalization;

namespace LisNative.Data;

/// <summary>
/// Dates as tables have them, and what becomes of them: points on two circles, one turn a day and one a week, so that midnight lies beside
/// midnight. The date itself only grows, and would make all that comes later anomalous.
/// </summary>
internal static class Dates
{
    /// <summary>Numbers that a date becomes.</summary>
    internal const int Features = 4;

    /// <summary>The least and the most characters of a date with what may follow it.</summary>
    private const int Shortest = 8, Longest = 40;

    private const double Day = 24 * 60 * 60, Week = 7;

    /// <summary>
    /// Year, month and day; or day, month and year between points. Between slashes these could be either, and are refused.
    /// </summary>
    private static readonly string[] Formats = [.. from date in new[] { "yyyy-M-d", "yyyy/M/d", "d.M.yyyy" }
                                                   from time in new[] { "", " H:mm", " H:mm:ss", " H:mm:ss.FFFFFFF" }
                                                   select date + time];

    /// <summary>Names of what a date becomes.</summary>
    internal static string[] Names(string column) =>
        [$"{column} (sin time)", $"{column} (cos time)", $"{column} (sin weekday)", $"{column} (cos weekday)"];

    /// <summary>
    /// Reads a date and the time of a clock on the wall as seconds since the first day of the calendar: an offset from UTC is passed over.
    /// </summary>
    internal static bool TryParse(ReadOnlySpan<char> cell, out double seconds)
    {
        seconds = 0;
        if (cell.Length is < Shortest or > Longest || !char.IsAsciiDigit(cell[0]))
        {
            return false;
        }

        Span<char> text = stackalloc char[cell.Length];
        cell.CopyTo(text);
        ReadOnlySpan<char> date = WithoutOffset(text);
        bool found = DateTime.TryParseExact(date, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time);
        seconds = (double)time.Ticks / TimeSpan.TicksPerSecond;
        return found;
    }

    /// <summary>sin and cos of the time of day, and of the day of the week.</summary>
    internal static void Encode(double seconds, Span<double> to)
    {
        double weekday = Math.Floor(seconds / Day) % Week;
        (to[0], to[1]) = Math.SinCos(2 * Math.PI * (seconds % Day) / Day);
        (to[2], to[3]) = Math.SinCos(2 * Math.PI * weekday / Week);
    }

    /// <summary>The day of the week and the time nearest to some numbers, in words: Tue 14:05.</summary>
    internal static string Text(ReadOnlySpan<double> features)
    {
        static double Turn(double sin, double cos) => ((Math.Atan2(sin, cos) / (2 * Math.PI)) + 1) % 1;
        // The first day of the calendar was a Monday.
        int day = (int)Math.Round(Turn(features[2], features[3]) * Week) % (int)Week,
            minute = (int)Math.Round(Turn(features[0], features[1]) * Day / 60) % (24 * 60);
        return string.Create(
            CultureInfo.InvariantCulture, $"{((DayOfWeek)((day + 1) % (int)Week)).ToString()[..3]} {minute / 60:D2}:{minute % 60:D2}");
    }

    /// <summary>A blank for the T, and neither an offset nor more digits of a second than a clock's tick has.</summary>
    private static ReadOnlySpan<char> WithoutOffset(Span<char> text)
    {
        int t = text.IndexOf('T'), time = text.IndexOf(':');
        if (t > 0)
        {
            text[t] = ' ';
        }

        if (time < 0)
        {
            return text;
        }

        int offset = text[time..].IndexOfAny('Z', '+', '-');
        ReadOnlySpan<char> plain = (offset < 0 ? text : text[..(time + offset)]).TrimEnd();
        int fraction = plain[time..].IndexOfAny('.', ',') + time;
        return fraction > time && plain.Length > fraction + 8 ? plain[..(fraction + 8)] : plain;
    }
}
