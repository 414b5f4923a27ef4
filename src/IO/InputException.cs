using System.Text;

namespace LisNative;

/// <summary>
/// Something given to the program is not what it must be: one sentence that says what, where, what was expected and what was found.
/// </summary>
/// <remarks>The message is one line of bounded length and has no control characters, whatever stands in the file that it speaks
/// of.</remarks>
public class InputException : Exception
{
    private const int Longest = 2000;

    /// <summary>An error about a file, a folder or a setting.</summary>
    /// <param name="where">The file or setting.</param>
    /// <param name="problem">What is wrong with it: expected and found.</param>
    /// <param name="inner">What it was noticed by.</param>
    public InputException(string where, string problem, Exception? inner = null) : base(Printable($"{where}: {problem}"), inner) =>
        Where = where;

    /// <summary>An error at one place in a file.</summary>
    /// <param name="where">The file.</param>
    /// <param name="offset">Bytes before that place; those of the packed file where it is packed.</param>
    /// <param name="problem">What is wrong there: expected and found.</param>
    /// <param name="inner">What it was noticed by.</param>
    public InputException(string where, long offset, string problem, Exception? inner = null)
        : base(Printable($"{where}, byte {offset}: {problem}"), inner) => Where = where;

    /// <summary>What an inner error said, and more.</summary>
    /// <param name="message">The whole sentence.</param>
    /// <param name="inner">The error that says where.</param>
    public InputException(string message, InputException inner) : base(Printable(message), inner) => Where = inner.Where;

    /// <summary>The file or setting.</summary>
    public string Where { get; }

    /// <summary>One line of bounded length without control characters.</summary>
    internal static string Printable(string text)
    {
        string line = string.Concat(text.EnumerateRunes()
            .Select(r => Rune.IsControl(r) || r.Value is 0x2028 or 0x2029 ? " " : r.ToString())).TrimEnd();
        return line.Length <= Longest ? line : $"{line[..(Longest / 2)]} … {line[^(Longest / 2)..]}";
    }
}
