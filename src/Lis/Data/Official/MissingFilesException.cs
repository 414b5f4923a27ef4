namespace LisNative.Data;

/// <summary>The official files of a data set are not where they were looked for.</summary>
/// <param name="folder">Where.</param>
/// <param name="set">Whose files.</param>
/// <param name="file">The first that is missing.</param>
internal sealed class MissingFilesException(string folder, string set, string file)
    : InputException(folder, $"expected {file} of {set}, found no such file (lisnative data get {set} downloads it)");
