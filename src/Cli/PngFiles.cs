using LisNative.Data;
using StbImageWriteSharp;

namespace LisNative.Cli;

/// <summary>A data set of grey images as a folder of PNG files, each named by its class and number.</summary>
internal static class PngFiles
{
    /// <exception cref="InputException">The folder cannot be written.</exception>
    internal static void Write(string folder, Dataset set)
    {
        for (int i = 0; i < set.Count; i++)
        {
            using var memory = new MemoryStream();
            new ImageWriter().WritePng(set.Pixels(i).ToArray(), set.SampleShape[2], set.SampleShape[1], ColorComponents.Grey, memory);
            AtomicFile.Write(Path.Combine(folder, $"{set.Labels[i]}-{i:D3}.png"), stream => memory.WriteTo(stream));
        }
    }
}
