using StbImageWriteSharp;

namespace LisNative.Tests.Data;

/// <summary>PNG files as an image editor would save them.</summary>
internal static class PngFile
{
    /// <summary>Of a colour for each row and column, or of its first component alone.</summary>
    internal static byte[] Of(int height, int width, bool colour, Func<int, int, (byte, byte, byte)> pixel)
    {
        byte[] Bytes(int i)
        {
            var (red, green, blue) = pixel(i / width, i % width);
            return colour ? [red, green, blue] : [red];
        }

        using var memory = new MemoryStream();
        byte[] pixels = [.. Enumerable.Range(0, height * width).SelectMany(Bytes)];
        new ImageWriter().WritePng(pixels, width, height, colour ? ColorComponents.RedGreenBlue : ColorComponents.Grey, memory);
        return memory.ToArray();
    }
}
