using LisNative.Data;
using LisNative.Random;

namespace LisNative.Tests.Data;

/// <summary>Small data sets under the names and in the formats of the official ones.</summary>
internal static class OfficialFiles
{
    /// <summary>Stroke digits of some classes as MNIST's four files.</summary>
    internal static void Mnist(TemporaryFolder folder, params int[] classes)
    {
        foreach (var (part, count) in new[] { ("train", 200 * classes.Length), ("t10k", 100 * classes.Length) })
        {
            var set = StrokeDigits.Digits(count, new Philox(9).FoldIn((ulong)count), classes);
            byte[] Big(params int[] words) => [.. words.SelectMany(w => BitConverter.GetBytes(w).Reverse())];
            folder.Write($"mnist/{part}-images-idx3-ubyte",
                [.. Big(0x803, count, 28, 28), .. Enumerable.Range(0, count).SelectMany(i => set.Pixels(i).ToArray())]);
            folder.Write($"mnist/{part}-labels-idx1-ubyte", [.. Big(0x801, count), .. set.Labels.Select(l => (byte)l)]);
        }
    }
}
