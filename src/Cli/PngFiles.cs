using LisNative.Data;
using StbImageWriteSharp;

namespace LisNative.Cli;

/// <summary>Pictures as PNG files.</summary>
internal static class PngFiles
{
    /// <summary>Pixels in row, column, channel order as a whole file.</summary>
    internal static byte[] Encode(byte[] pixels, int width, int height, ColorComponents components)
    {
        using var memory = new MemoryStream();
        new ImageWriter().WritePng(pixels, width, height, components, memory);
        return memory.ToArray();
    }

    /// <summary>Writes a data set of grey images as a folder of files.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="set">The images.</param>
    /// <param name="name">The name of each; by its class and number when null.</param>
    /// <exception cref="InputException">The folder cannot be written.</exception>
    internal static void Write(string folder, Dataset set, Func<int, string>? name = null)
    {
        name ??= i => $"{set.Labels[i]}-{i:D3}";
        for (int i = 0; i < set.Count; i++)
        {
            byte[] png = Encode(set.Pixels(i).ToArray(), set.SampleShape[2], set.SampleShape[1], ColorComponents.Grey);
            AtomicFile.Write(Path.Combine(folder, $"{name(i)}.png"), stream => stream.Write(png));
        }
    }
}
