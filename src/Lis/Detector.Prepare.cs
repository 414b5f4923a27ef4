using LisNative.Data;
using LisNative.Layers;

namespace LisNative;

/// <remarks>What samples must be, and what becomes of them before a model sees them.</remarks>
public sealed partial class Detector
{
    private static Dataset Prepare(Dataset samples, Shape expected, Scaler? scaler)
    {
        if (samples.SampleShape != expected || samples.Count == 0)
        {
            throw new InputException(samples.Name, $"expected samples {expected}, found {(samples.Count == 0 ? "none" : samples.SampleShape)}");
        }

        if (scaler is null && !samples.IsBytes)
        {
            var row = new float[expected.Count];
            for (int i = 0; i < samples.Count; i++)
            {
                samples.Read([i], row);
                CheckValues(row, expected, samples.Name, i);
            }
        }

        return scaler?.Apply(samples) ?? samples;
    }

    /// <summary>Refuses pixels outside [0, 1], and numbers of vectors that are not finite, by sample and element.</summary>
    /// <param name="values">Of samples that lie one after another.</param>
    /// <param name="sample">The shape of one.</param>
    /// <param name="name">Where they are from.</param>
    /// <param name="first">Number of the first sample; null where there is but one.</param>
    private static void CheckValues(ReadOnlySpan<float> values, Shape sample, string name, int? first)
    {
        bool pixels = sample.Rank == 3;
        for (int i = 0; i < values.Length; i++)
        {
            float value = values[i];
            if (pixels ? !(value >= 0 && value <= 1) : !float.IsFinite(value))
            {
                string place = first is { } number ? $"sample {number + (i / sample.Count)}, " : "";
                throw new InputException(name, FormattableString.Invariant($"expected {(pixels ? "pixels in [0, 1]" : "finite numbers")}, found {value} in {place}element {i % sample.Count}"));
            }
        }
    }
}
