using LisNative.Data;

namespace LisNative.Cli;

/// <summary>A data set of grey images as a folder of PNG files.</summary>
internal static class PngFiles
{
    /// <param name="folder">The folder.</param>
    /// <param name="set">The images.</param>
    /// <param name="name">The name of each; by its class and number when null.</param>
    /// <exception cref="InputException">The folder cannot be written.</exception>
    internal static void Write(string folder, Dataset set, Func<int, string>? name = null)
    {
        name ??= i => $"{set.Labels[i]}-{i:D3}";
        for (int i = 0; i < set.Count; i++)
        {
            byte[] png = PngWriter.Encode(set.Pixels(i).ToArray(), set.SampleShape[2], channels: 1);
            AtomicFile.Write(Path.Combine(folder, $"{name(i)}.png"), stream => stream.Write(png));
        }
    }
}
