namespace LisNative.Hosting;

/// <summary>
/// A detector of a service, by whatever model its file holds at the moment. Each call is answered by one model from its beginning to its
/// end. Any number of threads may call; tests put a fake in its place.
/// </summary>
public interface IDetector
{
    /// <summary>The name it was added by.</summary>
    string Name { get; }

    /// <summary>The shape of one sample of the model at the moment: [channels, height, width] of pictures, [length] of vectors.</summary>
    Shape SampleShape { get; }

    /// <summary>The score that samples are anomalies beyond, by the model at the moment.</summary>
    float Threshold { get; }

    /// <summary>Scores one sample.</summary>
    /// <param name="sample">Its numbers in the order of <see cref="SampleShape"/>; pixels in [0, 1].</param>
    /// <exception cref="InputException">It has another length, a number is not finite, or a pixel leaves [0, 1].</exception>
    /// <exception cref="ObjectDisposedException">The service has ended.</exception>
    Verdict Score(ReadOnlySpan<float> sample);

    /// <summary>Scores samples that lie one after another, as many as there are places for.</summary>
    /// <inheritdoc cref="Score(ReadOnlySpan{float})" path="/exception"/>
    void Score(ReadOnlySpan<float> samples, Span<Verdict> verdicts);

    /// <summary>Scores a picture from memory.</summary>
    /// <param name="file">A whole PNG, JPEG or BMP file.</param>
    /// <exception cref="InputException">It cannot be decoded, is larger than the options allow, or has another size or other
    /// channels.</exception>
    /// <exception cref="ObjectDisposedException">The service has ended.</exception>
    Verdict ScoreImage(ReadOnlySpan<byte> file);

    /// <summary>Scores a picture from a stream, read to its end without holding a thread.</summary>
    /// <inheritdoc cref="ScoreImage" path="/exception"/>
    ValueTask<Verdict> ScoreImageAsync(Stream file, CancellationToken cancellation = default);

    /// <summary>Reads the model file anew, now. The model before stays until nobody uses it any more.</summary>
    /// <exception cref="InputException">The file cannot be read as a model; the model before stays.</exception>
    void Reload();
}
