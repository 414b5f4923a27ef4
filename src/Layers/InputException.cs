namespace LisNative.Layers;

/// <summary>Something given to the program is not what it must be: one sentence that says what, where, what was expected and what was found.</summary>
public class InputException : Exception
{
    /// <summary>An error about a file, a folder or a setting.</summary>
    /// <param name="where">The file or setting.</param>
    /// <param name="problem">What is wrong with it: expected and found.</param>
    public InputException(string where, string problem) : base($"{where}: {problem}") => Where = where;

    /// <inheritdoc cref="InputException(string, string)"/>
    public InputException(string where, string problem, Exception inner) : base($"{where}: {problem}", inner) => Where = where;

    /// <summary>What an inner error said, and more.</summary>
    /// <param name="message">The whole sentence.</param>
    /// <param name="inner">The error that says where.</param>
    public InputException(string message, InputException inner) : base(message, inner) => Where = inner.Where;

    /// <summary>The file or setting.</summary>
    public string Where { get; }
}
