using System.Text;

namespace LisNative.Data;

/// <summary>The lines of a text, in memory that the longest line which is taken bounds.</summary>
/// <param name="reader">The text.</param>
/// <param name="source">Its name, for messages.</param>
internal sealed class TextLines(TextReader reader, string source)
{
    private const int Longest = 1 << 26;

    private readonly char[] buffer = new char[1 << 16];
    private int at, end, line = 1;
    private bool afterReturn;

    /// <summary>Whether the next line is not in memory whole.</summary>
    internal bool IsDrained =>
        buffer.AsSpan(at, end - at) is var rest && (afterReturn && rest is ['\n', ..] ? rest[1..] : rest).IndexOfAny('\r', '\n') < 0;

    /// <summary>The next line; null at the end.</summary>
    /// <exception cref="InputException">It is too long, or there is a character that text does not have.</exception>
    internal string? Next()
    {
        StringBuilder? begun = null;
        while (at < end || Fill())
        {
            var rest = buffer.AsSpan(at, end - at);
            if (afterReturn && rest[0] == '\n')
            {
                at++;
                afterReturn = false;
                continue;
            }

            int length = rest.IndexOfAny('\r', '\n');
            afterReturn = length >= 0 && rest[length] == '\r';
            at += length >= 0 ? length + 1 : rest.Length;
            var part = length >= 0 ? rest[..length] : rest;
            if (part.Contains('\0') || begun?.Length > Longest)
            {
                throw new InputException(source, $"expected a table as text, found in line {line} {(part.Contains('\0')
                    ? "a character 0, which text does not have (UTF-16 needs a byte-order mark)" : $"more than {Longest} characters")}");
            }

            if (length >= 0)
            {
                line++;
                return begun is null ? new string(part) : begun.Append(part).ToString();
            }

            begun = (begun ?? new()).Append(part);
        }

        return begun?.ToString();
    }

    private bool Fill()
    {
        (at, end) = (0, reader.Read(buffer));
        return end > 0;
    }
}
