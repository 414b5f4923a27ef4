using LisNative.Data;
using LisNative.Random;

namespace LisNative.Tests.Detectors;

/// <summary>
/// The smallest images that every method can learn: 8×8, one soft bar each over faint noise, wrapped around the border. Horizontal ones are
/// normal, vertical ones anomalous and diagonal ones negative. All have the same mean image, so that the distance from it tells nothing.
/// </summary>
internal static class Bars
{
    private const int Side = 8;

    internal static Dataset Horizontal(int count, ulong seed) => Draw("horizontal bars", count, seed, (row, _) => row);

    internal static Dataset Vertical(int count, ulong seed) => Draw("vertical bars", count, seed, (_, column) => column);

    internal static Dataset Diagonal(int count, ulong seed) => Draw("diagonal bars", count, seed, (row, column) => row + column);

    /// <summary>Dark horizontal bars on white.</summary>
    internal static Dataset Inverted(int count, ulong seed) =>
        new("inverted bars", [1, Side, Side], [.. Horizontal(count, seed).ToFloats().Select(v => 1 - v)], new int[count]);

    /// <summary>The same pixels as vectors of 64, which detectors standardise.</summary>
    internal static Dataset AsVectors(Dataset images) =>
        new(images.Name, [images.SampleShape.Count], images.ToFloats(), images.Labels);

    private static Dataset Draw(string name, int count, ulong seed, Func<int, int, float> across)
    {
        var random = new Philox(seed);
        var values = new float[count * Side * Side];
        for (int i = 0; i < values.Length; i++)
        {
            int image = i / (Side * Side), row = i / Side % Side, column = i % Side;
            float centre = random.FoldIn(1).Uniform((ulong)image) * Side, width = 0.6f + (0.4f * random.FoldIn(2).Uniform((ulong)image));
            float distance = MathF.IEEERemainder(across(row, column) - centre, Side) / width;
            values[i] = (0.9f * MathF.Exp(-distance * distance)) + (0.08f * random.FoldIn(3).Uniform((ulong)i));
        }

        return new(name, [1, Side, Side], values, new int[count]);
    }
}
