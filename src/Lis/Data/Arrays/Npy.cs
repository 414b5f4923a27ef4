using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace LisNative.Data;

/// <summary>
/// NumPy's .npy (NEP 1), and one array of an .npz. An array [count] or [count, length] of any numbers is vectors, as they are. [count,
/// height, width], [count, channels, height, width], or [count, height, width, channels] where only the last axis is 1, 3 or 4, is images:
/// bytes are scaled to [0, 1], truth values are black and white, floats lie in [0, 1].
/// </summary>
internal static partial class Npy
{
    /// <summary>Reads an .npy, an .npz of one array, or one of its arrays, file.npz:name.</summary>
    /// <exception cref="InputException">It is cut short, or an array of another kind; the message says how NumPy makes one of
    /// these.</exception>
    public static Dataset Read(string path, ReadOptions? options = null)
    {
        options ??= ReadOptions.Default;
        var (file, array) = Split(path);
        return Path.GetExtension(file).Equals(Archive, StringComparison.OrdinalIgnoreCase) ? ReadArchive(file, array, options)
            : Parse(FileReader.ReadAll(path), path, options);
    }

    private const string Archive = ".npz", Entry = ".npy";

    /// <summary>A path and, where it ends so, the name of an array in the file.</summary>
    internal static (string File, string? Array) Split(string path)
    {
        int at = path.LastIndexOf($"{Archive}:", StringComparison.OrdinalIgnoreCase) + Archive.Length;
        return at < Archive.Length || File.Exists(path) ? (path, null) : (path[..at], path[(at + 1)..]);
    }

    private static Dataset ReadArchive(string path, string? name, ReadOptions options)
    {
        using var file = FileReader.Guard(path, () => File.OpenRead(path));
        return FileReader.At(path, file, () =>
        {
            using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            var arrays = zip.Entries.Where(e => e.FullName.EndsWith(Entry, StringComparison.Ordinal)
                && !e.FullName.Split('/').Any(FolderWalk.IsHidden)).ToArray();
            var chosen = arrays.Where(e => name is null || e.FullName == name + Entry).ToArray();
            if (chosen is not [var entry])
            {
                string names = string.Join(", ", arrays.Select(e => e.FullName[..^Entry.Length]));
                throw new InputException(path, file.Length,
                    $"expected {(name is null ? "one array" : $"an array {name}")}, found "
                    + $"{(names.Length > 0 ? names : "none")}"
                    + $"{(arrays.Length > 0 ? $"; {path}:{arrays[0].FullName[..^Entry.Length]} names one" : "")}");
            }

            return Parse(FileReader.ReadEntry(entry, long.MaxValue), $"{path}:{entry.FullName[..^Entry.Length]}", options);
        });
    }

    private static Dataset Parse(byte[] bytes, string path, ReadOptions options)
    {
        var (type, sizes, strides, start) = ReadHeader(bytes, path);
        int[] labels = new int[sizes[0]];
        T[] All<T>(Element<T> element) where T : struct => Gather(bytes, start, type, sizes, strides, element);
        if (sizes.Length < 3)
        {
            Shape length = FileReader.Sample(path, start, sizes.Length > 1 ? sizes[1] : 1);
            if (NumericTable.IsAsked(options))
            {
                return NumericTable.Read(path, All(type.Value), length.Count, options);
            }

            return type.Size > 4 || (type.Size == 4 && type.Kind != 'f') ? new(path, length, All(type.Value), labels)
                : new(path, length, All(at => (float)type.Value(at)), labels);
        }

        (sizes, strides) = ChannelsFirst(path, sizes, strides, options);
        Shape sample = sizes.Length == 3 ? FileReader.Sample(path, start, 1, sizes[1], sizes[2])
            : FileReader.Sample(path, start, sizes[1], sizes[2], sizes[3]);
        return type.Text switch
        {
            "u1" => new(path, sample, All(at => at[0]), labels),
            "b1" => new(path, sample, All(at => at[0] == 0 ? (byte)0 : byte.MaxValue), labels),
            ['f', ..] => new(path, sample, InRange(path, start, All(at => (float)type.Value(at))), labels),
            "u2" => throw new InputException(
            path, start, "expected images of bytes or floats, found u2; (a / 65535).astype('f4') makes them so, or another greatest value"),
            _ => throw new InputException(
            path, start,
            $"expected images of bytes or floats, found {type.Text}; a.astype('u1') makes them so where they run from 0 to 255, (a / "
            + "a.max()).astype('f4') otherwise"),
        };
    }

    private static float[] InRange(string path, int start, float[] pixels) =>
        Array.FindIndex(pixels, p => !(p >= 0 && p <= 1)) is >= 0 and var i
        ? throw new InputException(path, start,
            string.Create(CultureInfo.InvariantCulture,
            $"expected images of floats from 0 to 1, found {pixels[i]}; (a / 255).astype('f4') makes them so where they run from 0 to 255, "
            + $"a.reshape(len(a), -1) makes a table"))
        : pixels;

    /// <summary>The type, the size of each axis, and how many elements lie between two neighbours along it.</summary>
    private static (NpyType Type, int[] Sizes, int[] Strides, int Start) ReadHeader(byte[] bytes, string path)
    {
        if (bytes.Length < 12 || bytes[0] != 0x93 || !bytes.AsSpan(1, 5).SequenceEqual("NUMPY"u8) || bytes[6] is 0 or > 3)
        {
            throw new InputException(path, 0, $"expected a .npy file of version 1 to 3, found {bytes.Length} bytes that begin otherwise");
        }

        int start = bytes[6] == 1 ? 10 : 12;
        long length = bytes[6] == 1 ? BitConverter.ToUInt16(bytes, 8) : BitConverter.ToUInt32(bytes, 8);
        if (start + length > bytes.Length)
        {
            throw new InputException(path, 8, $"expected a header of {length} bytes, found {bytes.Length - start}");
        }

        string header = Encoding.UTF8.GetString(bytes, start, (int)length);
        var (descr, order, shape) = (Descr().Match(header), Order().Match(header), Sizes().Match(header));
        if (!descr.Success || !order.Success || !shape.Success)
        {
            throw new InputException(path, start, $"expected descr, fortran_order and shape, found {header.Trim()}");
        }

        var type = NpyType.Parse(descr.Groups[1].Value, path, start);
        int[] sizes = [.. shape.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(s => int.TryParse(s.TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture, out int size) ? size
                : throw new InputException(path, start, $"expected sizes below 2³¹, found {s}"))];
        if (sizes.Length is 0 or > 4)
        {
            throw new InputException(path, start,
                $"expected 1 to 4 axes, found [{string.Join(", ", sizes)}]; "
                + $"{(sizes.Length == 0 ? "np.atleast_2d(a)" : "a.reshape(len(a), -1)")} makes a table");
        }

        long count = sizes.Aggregate(1L, (all, size) => all > int.MaxValue ? all : all * size), found = bytes.Length - start - length;
        if (count * type.Size != found)
        {
            throw new InputException(path, start,
                $"expected [{string.Join(", ", sizes)}] numbers of {type.Text}, {count * type.Size} bytes, found {found} bytes");
        }

        return (type, sizes, Strides(sizes, order.Groups[1].Value == "True"), start + (int)length);
    }

    private static int[] Strides(int[] sizes, bool fortran) =>
        [.. sizes.Select((_, axis) => (fortran ? sizes[..axis] : sizes[(axis + 1)..]).Aggregate(1, (product, size) => product * size))];

    /// <summary>Images as [count, channels, height, width]: their channels lie last where only the last axis can be channels.</summary>
    private static (int[] Sizes, int[] Strides) ChannelsFirst(string path, int[] sizes, int[] strides, ReadOptions options)
    {
        static bool IsChannels(int size) => size is 1 or 3 or 4;
        if (sizes is [var count, var height, var width, var channels] && !IsChannels(height) && IsChannels(channels))
        {
            return ([count, channels, height, width], [strides[0], strides[3], strides[1], strides[2]]);
        }

        if (sizes is [_, var first, _, var last] && !IsChannels(first) && first > last)
        {
            options.Warn(
                $"{path}: [{string.Join(", ", sizes)}] is read as images of {first} channels; where channels lie last, np.moveaxis(a, -1, "
                + "1) puts them first");
        }
        else if (sizes is [var images, > 4 and var rows, 3 or 4])
        {
            options.Warn(
                $"{path}: [{string.Join(", ", sizes)}] is read as {images} grey images of {rows}×{sizes[2]} pixels; a[None] makes one "
                + "colour image of it");
        }

        return (sizes, strides);
    }

    private delegate T Element<T>(ReadOnlySpan<byte> at);

    /// <summary>The elements in the order of the axes given.</summary>
    private static T[] Gather<T>(byte[] bytes, int start, NpyType type, int[] sizes, int[] strides, Element<T> element)
        where T : struct
    {
        var data = bytes.AsSpan(start);
        if (type.IsMemoryOf<T>() && strides.AsSpan().SequenceEqual(Strides(sizes, fortran: false)))
        {
            return MemoryMarshal.Cast<byte, T>(data).ToArray();
        }

        var all = new T[data.Length / type.Size];
        Span<int> index = stackalloc int[sizes.Length];
        for (int i = 0, at = 0; i < all.Length; i++)
        {
            all[i] = element(data[(at * type.Size)..]);
            for (int axis = sizes.Length - 1; axis >= 0; axis--)
            {
                at += strides[axis];
                if (++index[axis] < sizes[axis])
                {
                    break;
                }

                at -= strides[axis] * sizes[axis];
                index[axis] = 0;
            }
        }

        return all;
    }

    [GeneratedRegex(@"'descr':\s*(?:'([^']*)'|(?=\[))")]
    private static partial Regex Descr();

    [GeneratedRegex(@"'fortran_order':\s*(True|False)")]
    private static partial Regex Order();

    [GeneratedRegex(@"'shape':\s*\(([\dL,\s]*)\)")]
    private static partial Regex Sizes();
}
