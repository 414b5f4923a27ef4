namespace LisNative.Data;

/// <summary>A decoded picture: samples in channel, row, column order.</summary>
internal abstract record Picture(int Channels, int Height, int Width)
{
    internal Shape Shape => [Channels, Height, Width];

    /// <summary>Its shape, for people.</summary>
    internal string Shown => $"{Channels}×{Height}×{Width}";

    /// <summary>
    /// Decodes PNG, JPEG or BMP, and makes of it what the options ask for: upright, as its EXIF orientation says; over white where it is
    /// transparent; in their colour, of their size.
    /// </summary>
    /// <exception cref="InputException">It is damaged, cut off or of a kind that is not read.</exception>
    internal static Picture Read(byte[] bytes, string source, ReadOptions options)
    {
        using var stream = new MemoryStream(bytes, writable: false);
        return FileReader.At(source, stream, () =>
        {
            var (picture, orientation) = Decode(bytes, stream, options.MaxPixels, sentence => options.Warn($"{source}: {sentence}"));
            picture = picture.OverWhite().In(options.Colour);
            if (options.Size is var (height, width))
            {
                picture = orientation.Transposes() ? picture.Resize(width, height) : picture.Resize(height, width);
            }

            return picture.Turn(orientation);
        });
    }

    private static (Picture Picture, Orientation Orientation) Decode(
        byte[] bytes, MemoryStream stream, long bound, Action<string> warn) => bytes switch
        {
            [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Png.Decode(bytes, stream, bound),
            [0xff, 0xd8, 0xff, ..] => Jpeg.Decode(bytes, stream, bound, warn),
            [(byte)'B', (byte)'M', ..] => (Bmp.Decode(bytes, bound), Orientation.Upright),
            _ => throw new InvalidDataException($"expected a PNG, JPEG or BMP image, found {bytes.Length} bytes that begin otherwise"),
        };

    /// <summary>
    /// Sizes that a file declares, if its bytes can stand for so many pixels, no more than the bound, and a column's sum fits 32 bits. A
    /// file that declares more is a bomb, and is refused before memory is taken for it.
    /// </summary>
    internal static (int Height, int Width) Checked(long height, long width, long most, uint largest, long bound)
    {
        bound = Math.Min(bound, ReadOptions.MostPixels);
        bool whole = height > 0 && width > 0 && height <= uint.MaxValue / largest && width <= bound;
        return whole && height * width <= Math.Min(bound, most) ? ((int)height, (int)width)
            : throw new InvalidDataException($"expected as many pixels as the file can hold, {bound} at most, found {width}×{height}");
    }

    /// <summary>Its transparent parts over white: what is hidden under them does not count.</summary>
    internal abstract Picture OverWhite();

    /// <summary>In one channel or three; as it is when null.</summary>
    internal abstract Picture In(Colour? colour);

    /// <summary>
    /// Of another size. Along a side that becomes smaller each new pixel is the mean over what it covers, along one that becomes larger
    /// it lies on the line between the two nearest; exact, and rounded to the nearest number of the file's depth, from a tie to the even
    /// one. OpenCV's INTER_AREA does the same; its INTER_LINEAR, too, but with weights rounded to 11 bits.
    /// </summary>
    internal abstract Picture Resize(int height, int width);

    /// <summary>The picture as it is meant to be seen.</summary>
    internal abstract Picture Turn(Orientation orientation);

    /// <summary>
    /// Writes its samples as numbers: [0, 1] for all that the depth can hold or, where a range is given, for what lies in it.
    /// </summary>
    /// <exception cref="InputException">A sample lies outside the range.</exception>
    internal abstract void CopyTo(Span<float> target, (int Low, int High)? range, string name);
}
