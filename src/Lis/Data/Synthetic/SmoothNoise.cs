using LisNative.Random;

namespace LisNative.Data.Synthetic;

/// <summary>
/// Random numbers on a lattice and smoothly between, a coarse one and half as much of a finer one: fields of −1 to 1 with shapes like
/// clouds' (value noise, after Perlin 1985).
/// </summary>
internal static class SmoothNoise
{
    private const float Fine = 0.5f;

    /// <summary>A field of height × width. Cells are what lies between the points of the coarse lattice.</summary>
    internal static float[] Field(int height, int width, float cellHeight, float cellWidth, Philox random)
    {
        (cellHeight, cellWidth) = (Math.Max(1, cellHeight), Math.Max(1, cellWidth));
        var field = new float[height * width];
        Add(field, width, cellHeight, cellWidth, 1 / (1 + Fine), random.FoldIn(0));
        Add(field, width, cellHeight * Fine, cellWidth * Fine, Fine / (1 + Fine), random.FoldIn(1));
        return field;
    }

    private static void Add(float[] field, int width, float cellHeight, float cellWidth, float weight, Philox random)
    {
        int columns = (int)(width / cellWidth) + 2, rows = (int)(field.Length / width / cellHeight) + 2;
        var lattice = new float[rows * columns];
        random.Draw(Distribution.Uniform, 0, lattice);
        for (int p = 0; p < field.Length; p++)
        {
            float x = p % width / cellWidth, y = p / width / cellHeight;
            int at = ((int)y * columns) + (int)x;
            float right = Ease(x - (int)x), below = Ease(y - (int)y);
            field[p] += weight * ((2 * float.Lerp(
                float.Lerp(lattice[at], lattice[at + 1], right),
                float.Lerp(lattice[at + columns], lattice[at + columns + 1], right),
                below)) - 1);
        }
    }

    /// <summary>A smooth step from 0 to 1; beyond these the same as at them.</summary>
    internal static float Ease(float t)
    {
        t = Math.Clamp(t, 0, 1);
        return t * t * (3 - (2 * t));
    }
}
