using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LisNative.Experiments;

/// <summary>
/// Finished cells as JSON lines, appended one by one: safe to stop at any moment, and for several processes at once. A line cut off in the
/// middle is passed over, so a crash or a full disk costs the cell in work alone.
/// </summary>
/// <param name="path">The file; it comes into being with the first cell.</param>
public sealed class ResultStore(string path)
{
    private const int Patience = 600, Pause = 50;

    /// <summary>Every stored result by its cell's key: of each score, by name.</summary>
    /// <exception cref="InputException">The file cannot be read.</exception>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, CellResult>> Read()
    {
        var results = new Dictionary<string, IReadOnlyDictionary<string, CellResult>>(StringComparer.Ordinal);
        foreach (string line in Lines())
        {
            try
            {
                using var json = JsonDocument.Parse(line);
                string date = json.RootElement.GetProperty("date").GetString()!;
                results[Cell.KeyOf(JsonObject.Create(json.RootElement.Clone())!)] = json.RootElement.GetProperty("scores").EnumerateObject()
                    .ToDictionary(s => s.Name, s => CellResult.Read(s.Value, date));
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException
                or IndexOutOfRangeException or ArgumentException or OverflowException)
            {
                // Cut off when something stopped the writer: the cell counts as not done.
            }
        }

        return results;
    }

    /// <summary>What is stored of something that is no cell, by its key: lines with the key under a name of its own.</summary>
    /// <param name="kind">That name.</param>
    /// <exception cref="InputException">The file cannot be read.</exception>
    internal IReadOnlyDictionary<string, JsonObject> Read(string kind)
    {
        var results = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (string line in Lines())
        {
            try
            {
                if (JsonNode.Parse(line) is JsonObject read && read[kind] is JsonObject key)
                {
                    results[key.ToJsonString()] = read;
                }
            }
            catch (JsonException)
            {
                // Cut off, as above.
            }
        }

        return results;
    }

    /// <summary>Adds a line at once, whole or not at all.</summary>
    /// <exception cref="InputException">The file cannot be written; what it held is as before.</exception>
    public void Append(JsonObject line)
    {
        ArgumentNullException.ThrowIfNull(line);
        byte[] bytes = Encoding.UTF8.GetBytes(line.ToJsonString() + "\n");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            using var file = Open(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            long end = file.Seek(0, SeekOrigin.End);
            try
            {
                if (end > 0 && !EndsLine(file))
                {
                    file.WriteByte((byte)'\n');
                }

                file.Write(bytes);
                file.Flush(flushToDisk: true);
            }
            catch (IOException)
            {
                file.SetLength(end);
                throw;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, $"cannot be written ({e.Message}); nothing that was finished is lost", e);
        }
    }

    /// <summary>Takes a piece of work for this process until disposed of; null when another process has it.</summary>
    /// <param name="name">Names the work; a part of a file name.</param>
    /// <exception cref="InputException">The claim cannot be written.</exception>
    public IDisposable? Claim(string name) => Experiments.Claim.TryAcquire($"{path}.{name}.claim");

    private string[] Lines()
    {
        try
        {
            using var reader = new StreamReader(Open(FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, $"cannot be read ({e.Message})", e);
        }
    }

    private static bool EndsLine(FileStream file)
    {
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() == '\n';
    }

    /// <summary>The file; waits while another process writes.</summary>
    private FileStream Open(FileMode mode, FileAccess access, FileShare share)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                return new(path, mode, access, share, bufferSize: 1);
            }
            catch (IOException) when (attempt < Patience && File.Exists(path))
            {
                Thread.Sleep(Pause);
            }
        }
    }
}
