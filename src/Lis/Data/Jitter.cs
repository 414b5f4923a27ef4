using LisNative.Random;

namespace LisNative.Data;

/// <summary>What a picture is changed by in every step of training: it stays a picture of the same thing.</summary>
internal static class Jitter
{
    /// <summary>A picture is shifted by this part of its sides at most.</summary>
    private const int Part = 8;

    /// <summary>Mirrors [channels, height, width] left to right, or not, and shifts it; what comes in is its mirror image.</summary>
    internal static void Apply(Span<float> picture, Shape shape, Philox random)
    {
        var (height, width) = (shape[1], shape[2]);
        bool mirrored = random.Uniform(0) < 0.5f;
        int down = Shift(height, 1), right = Shift(width, 2);
        float[] old = picture.ToArray();
        for (int i = 0; i < old.Length; i++)
        {
            int row = i / width, column = Inside((i % width) + right, width);
            row += Inside((row % height) + down, height) - (row % height);
            picture[i] = old[(row * width) + (mirrored ? width - 1 - column : column)];
        }

        int Shift(int side, ulong place) => random.Below((2 * (side / Part)) + 1, place) - (side / Part);
    }

    private static int Inside(int at, int side) => at < 0 ? -at : at < side ? at : (2 * (side - 1)) - at;
}
