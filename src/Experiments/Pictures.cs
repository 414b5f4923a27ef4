using LisNative.Data;

namespace LisNative.Experiments;

/// <summary>Images and their reconstructions, [channels, height, width] each, in bytes.</summary>
/// <param name="Sample">The three sizes.</param>
/// <param name="NormalCount">How many, from the first, are normal.</param>
/// <param name="Scores">The detector's own score of each image.</param>
/// <param name="Rows">The images one after another; then, for each score of a detector that reconstructs, their reconstructions.</param>
public sealed record Pictures(IReadOnlyList<int> Sample, int NormalCount, IReadOnlyList<float> Scores, IReadOnlyList<byte[]> Rows)
{
    internal static Pictures Create(Detector detector, Dataset normal, Dataset? other)
    {
        var shown = other is null ? normal : normal.Concat(other);
        return new([.. shown.SampleShape.Sizes], normal.Count, detector.Score(shown),
            [Bytes(shown), .. detector.Reconstructs ? detector.ScoreNames.Select(s => Bytes(detector.Reconstruct(shown, s)))
            : []]);
    }

    private static byte[] Bytes(Dataset shown)
    {
        var (all, row) = (new List<byte>(), new float[shown.SampleShape.Count]);
        for (int i = 0; i < shown.Count; i++)
        {
            shown.Read([i], row);
            all.AddRange(Bytes(row));
        }

        return [.. all];
    }

    private static byte[] Bytes(float[] values) => [.. values.Select(v => (byte)Math.Round(255 * Math.Clamp(v, 0, 1)))];
}
