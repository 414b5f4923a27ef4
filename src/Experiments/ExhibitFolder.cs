using System.IO.Compression;
using System.Text.Json;

namespace LisNative.Experiments;

/// <summary>
/// Exhibits of finished cells, a compressed JSON file each, beside the results store. One that is missing or damaged is only not shown.
/// </summary>
/// <param name="path">The folder.</param>
public sealed class ExhibitFolder(string path)
{
    /// <summary>Keeps a cell's exhibit.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    public void Write(Cell cell, Exhibit exhibit) => AtomicFile.Write(PathOf(cell), stream =>
    {
        using var compressed = new GZipStream(stream, CompressionLevel.SmallestSize, leaveOpen: true);
        JsonSerializer.Serialize(compressed, exhibit);
    });

    /// <summary>A cell's exhibit; null when there is none.</summary>
    public Exhibit? Read(Cell cell)
    {
        try
        {
            using var file = File.OpenRead(PathOf(cell));
            using var plain = new GZipStream(file, CompressionMode.Decompress);
            return JsonSerializer.Deserialize<Exhibit>(plain);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidDataException)
        {
            return null;
        }
    }

    private string PathOf(Cell cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        return Path.Combine(path, $"{cell.Hash}.json.gz");
    }
}
