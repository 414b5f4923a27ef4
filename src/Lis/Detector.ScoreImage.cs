using System.Buffers;
using LisNative.Data;

namespace LisNative;

public sealed partial class Detector
{
    private const string PictureName = "picture";

    /// <summary>The score of a picture from memory: that of the same file to the tool's <c>score</c>, bit for bit.</summary>
    /// <param name="file">A whole PNG, JPEG or BMP file.</param>
    /// <param name="resize">Scales it to the size of <see cref="SampleShape"/>; otherwise another size is refused.</param>
    /// <param name="options">A colour to turn it into, bounds on its size, who is told what looks odd; as it is when null.</param>
    /// <exception cref="InputException">It cannot be decoded, is larger than the options allow, or has another size or other channels; the
    /// detector is none of pictures.</exception>
    public float ScoreImage(ReadOnlySpan<byte> file, bool resize = false, ReadOptions? options = null)
    {
        options = ReadingPictures(options, resize);
        FileReader.CheckLength(file.Length, 0, options);
        return ScorePicture(file.ToArray(), options);
    }

    /// <summary>The score of a picture from a stream, read to its end.</summary>
    /// <inheritdoc cref="ScoreImage(ReadOnlySpan{byte}, bool, ReadOptions)" path="/exception"/>
    /// <param name="stream">A PNG, JPEG or BMP file.</param>
    /// <param name="resize">As from memory.</param>
    /// <param name="options">As from memory.</param>
    public float ScoreImage(Stream stream, bool resize = false, ReadOptions? options = null)
    {
        options = ReadingPictures(options, resize);
        return ScorePicture(FileReader.ReadPicture(stream, options), options);
    }

    /// <summary>The score of a picture from a stream, without holding a thread while the stream is waited for.</summary>
    /// <inheritdoc cref="ScoreImage(ReadOnlySpan{byte}, bool, ReadOptions)" path="/exception"/>
    /// <param name="stream">A PNG, JPEG or BMP file.</param>
    /// <param name="resize">As from memory.</param>
    /// <param name="options">As from memory.</param>
    /// <param name="cancellation">Stops reading.</param>
    public async Task<float> ScoreImageAsync(
        Stream stream, bool resize = false, ReadOptions? options = null, CancellationToken cancellation = default)
    {
        options = ReadingPictures(options, resize);
        return ScorePicture(await FileReader.ReadPictureAsync(stream, options, cancellation).ConfigureAwait(false), options);
    }

    /// <summary>How samples are read for this detector, and as its user asks.</summary>
    internal ReadOptions Reading(ReadOptions asked, bool resize) => asked with
    {
        Size = (resize || TakesAnyPicture) && SampleShape.Rank == 3 ? (SampleShape[1], SampleShape[2]) : asked.Size,
        Colour = !TakesAnyPicture ? asked.Colour : SampleShape[0] == 1 ? Colour.Grey : Colour.Rgb,
        Sample = SampleShape,
        Like = Columns,
        Range = asked.Range ?? Range,
    };

    private ReadOptions ReadingPictures(ReadOptions? asked, bool resize) =>
        SampleShape.Rank == 3 ? Reading(asked ?? ReadOptions.Default, resize)
            : throw new InputException(PictureName, $"expected a detector of pictures, found one of samples {SampleShape}");

    private float ScorePicture(byte[] file, ReadOptions options)
    {
        var picture = Picture.Read(file, PictureName, options);
        if (picture.Shape != SampleShape)
        {
            string? colour = picture.Channels == SampleShape[0] ? null : SampleShape[0] == 1 ? "in grey" : "in RGB",
                size = (picture.Height, picture.Width) == (SampleShape[1], SampleShape[2]) ? null : "scaled";
            throw new InputException(PictureName, $"expected {SampleShape} [channels, height, width], found {picture.Shape}; "
                + $"{string.Join(" and ", new[] { colour, size }.OfType<string>())} it would fit");
        }

        float[] buffer = ArrayPool<float>.Shared.Rent(SampleShape.Count);
        var pixels = buffer.AsSpan(0, SampleShape.Count);
        picture.CopyTo(pixels, options.Range, PictureName);
        float score = Score(pixels);
        ArrayPool<float>.Shared.Return(buffer);
        return score;
    }
}
