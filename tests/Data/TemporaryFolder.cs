namespace LisNative.Tests.Data;

/// <summary>
/// A folder that goes with the test; its path has a space and a letter beyond ASCII, unless other programs are to read it that take
/// neither.
/// </summary>
public sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder(bool plain = false) =>
        Path = Directory.CreateDirectory(
            System.IO.Path.Combine(System.IO.Path.GetTempPath(), plain ? $"lisnative-{Guid.NewGuid():N}"
            : $"lisnative {Guid.NewGuid():N} ü")).FullName;

    public string Path { get; }

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string Write(string name, byte[] bytes)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllBytes(this[name], bytes);
        return this[name];
    }

    public string Write(string name, string text) => Write(name, System.Text.Encoding.UTF8.GetBytes(text));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
