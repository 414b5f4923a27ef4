using LisNative.Layers;

namespace LisNative.Cli;

/// <summary>Finds out before the work whether its result can be written.</summary>
internal static class WritablePlace
{
    /// <summary>Writes and removes a file beside the place.</summary>
    /// <exception cref="InputException">Nothing can be written there.</exception>
    internal static void Check(string path)
    {
        if (Directory.Exists(path))
        {
            throw new InputException(path, "expected a file to write, found a folder");
        }

        string probe = $"{path}.{Guid.NewGuid():N}";
        AtomicFile.Write(probe, _ => { });
        File.Delete(probe);
    }
}
