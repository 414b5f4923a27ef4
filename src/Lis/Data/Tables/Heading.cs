namespace LisNative.Data;

/// <summary>Whether the first row of a table names its columns.</summary>
public enum Heading
{
    /// <summary>
    /// It does when it is not numbers like the rows below it; told through <see cref="ReadOptions.Warn"/> where numbers are taken for
    /// names.
    /// </summary>
    Auto,

    /// <summary>It does, whatever it looks like.</summary>
    Yes,

    /// <summary>It is a sample.</summary>
    No,
}
