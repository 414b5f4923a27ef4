using LisNative.Memory;

namespace LisNative;

/// <summary>
/// The scoring of so many samples, recorded once: a replay builds no graph and allocates nothing. For one thread at a time.
/// </summary>
internal sealed class CapturedScore : IDisposable
{
    private readonly Capture capture;
    private readonly Tensor input;
    private readonly float[] samples, scores;
    private Tensor? output;

    /// <summary>Records the scores [batch] of samples [batch, sample…] on a device that can record.</summary>
    internal CapturedScore(Device device, Shape batch, Func<Var, Var> score)
    {
        input = device.Zeros(batch);
        (samples, scores) = (new float[batch.Count], new float[batch[0]]);
        using var scope = new Scope();
        using var noGrad = new NoGrad();
        capture = new Capture(device, () => output = score(input).Value);
        output = scope.Keep(output!);
    }

    /// <summary>Scores as many samples as there are places; what is left of the batch keeps whatever was there.</summary>
    internal void Replay(ReadOnlySpan<float> given, Span<float> results)
    {
        given.CopyTo(samples);
        input.Write<float>(samples);
        capture.Replay();
        output!.Read(scores.AsSpan());
        scores.AsSpan(0, results.Length).CopyTo(results);
    }

    public void Dispose()
    {
        output!.Dispose();
        capture.Dispose();
        input.Dispose();
    }
}
