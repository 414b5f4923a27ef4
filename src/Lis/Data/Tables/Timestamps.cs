using System.Globalization;

namespace LisNative.Data;

/// <summary>
/// Times as text: ISO 8601, the same with a blank for its T, or seconds since 1970. What names no offset is taken for UTC.
/// </summary>
internal static class Timestamps
{
    private static readonly string[] Formats =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd HH:mmK", "yyyy-MM-dd",
    ];

    /// <summary>Seconds to the year 2286. A greater number counts something shorter, or is the digits of a date.</summary>
    private const double MostSeconds = 1e10;

    /// <summary>Seconds since 1970 began.</summary>
    internal static bool TryParse(ReadOnlySpan<char> text, out double seconds)
    {
        text = text.Trim();
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out seconds))
        {
            return Math.Abs(seconds) < MostSeconds;
        }

        bool isTime = DateTimeOffset.TryParseExact(
            text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time);
        seconds = isTime ? (time - DateTimeOffset.UnixEpoch).TotalSeconds : 0;
        return isTime;
    }

    /// <summary>As ISO 8601 in UTC, to the millisecond; as a number where no calendar has it.</summary>
    internal static string Text(double seconds) =>
        Math.Abs(seconds) < 6e10 && DateTimeOffset.UnixEpoch.AddSeconds(seconds) is var time
            ? time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture)
            : seconds.ToString(CultureInfo.InvariantCulture);
}
