namespace LisNative.Hosting;

/// <summary>What a look at a file tells of it, behind its links; looking works on every file system, shared and mounted ones too.</summary>
/// <param name="Target">Where its links lead.</param>
/// <param name="Length">Bytes; −1 where there is none.</param>
/// <param name="Written">When it was last written.</param>
internal readonly record struct FileSight(string Target, long Length, DateTime Written)
{
    internal bool IsGone => Length < 0;

    internal static FileSight Of(string path)
    {
        try
        {
            var file = new FileInfo(path);
            file = (FileInfo?)file.ResolveLinkTarget(returnFinalTarget: true) ?? file;
            return file.Exists ? new(file.FullName, file.Length, file.LastWriteTimeUtc) : new(path, -1, default);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(path, -1, default);
        }
    }
}
