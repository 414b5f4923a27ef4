namespace LisNative.Experiments;

/// <summary>
/// A piece of work that one process at a time may have. The end of a process lets go of it; one that is killed leaves the empty file, which
/// claims nothing.
/// </summary>
public static class Claim
{
    private const int Patience = 600;

    /// <summary>Takes it until disposed of; null when another process has it.</summary>
    /// <param name="path">The file that stands for the work.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static IDisposable? TryAcquire(string path)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (IOException) when (File.Exists(path))
            {
                return null;
            }
            catch (IOException) when (attempt < Patience)
            {
                // Perhaps another process has just let go of it: it went between the two questions.
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new InputException(path, $"cannot be written ({e.Message})", e);
            }
        }
    }
}
