using LisNative.Cli;
using LisNative.Random;
using StbImageSharp;

namespace LisNative.Tests.Cli;

public class PngWriterTests
{
    /// <summary>Smooth with some noise, so that every filter is the best of some row; read back by another program's reader.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public void What_is_written_is_read(int channels)
    {
        const int Height = 40, Width = 37;
        byte[] pixels = [.. Enumerable.Range(0, Height * Width * channels).Select(i =>
        {
            int y = i / channels / Width, x = i / channels % Width, noise = new Philox(1).Below(256, (ulong)i);
            return (byte)(y < 8 ? noise : y < 16 ? (5 * x) + (noise / 64) : y < 24 ? (x * x) + (3 * y) : (x * y) + (noise / 128));
        })];
        byte[] png = PngWriter.Encode(pixels, Width, channels, "Software\0test"u8);
        var read = ImageResult.FromMemory(png);
        Assert.Equal((Width, Height, channels), (read.Width, read.Height, (int)read.SourceComp));
        Assert.Equal(pixels, read.Data);
        Assert.True(png.Length < pixels.Length);
        Assert.True(png.AsSpan().IndexOf("tEXtSoftware\0test"u8) > 0);
    }
}
