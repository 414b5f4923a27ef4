using System.Runtime.CompilerServices;

namespace LisNative;

/// <summary>Numbers that an operation is given, refused in one sentence that names it.</summary>
internal static class Require
{
    /// <exception cref="ArgumentOutOfRangeException">It is less, or no number.</exception>
    internal static void AtLeast(
        string operation, double least, double number, [CallerArgumentExpression(nameof(number))] string name = "")
    {
        if (!(number >= least))
        {
            throw new ArgumentOutOfRangeException(name, $"{operation}: expected {name} of at least {least}, found {number}");
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">It is not greater, or no number.</exception>
    internal static void Positive(string operation, double number, [CallerArgumentExpression(nameof(number))] string name = "")
    {
        if (!(number > 0))
        {
            throw new ArgumentOutOfRangeException(name, $"{operation}: expected {name} above 0, found {number}");
        }
    }
}
