using LisNative.Random;

namespace LisNative.Data.Synthetic;

/// <summary>
/// Whether drawn faults are really faults. As a whole, a picture is nearest to the one that its fault was drawn on, so
/// <see cref="Overlap"/> compares windows: those about a faulty pixel, and the same places of normal pictures that nothing was drawn on.
/// </summary>
internal static class FaultOverlap
{
    /// <summary>A window's sides: this part of the picture's shorter one, and at least so many pixels.</summary>
    private const int Part = 8, Least = 8;

    /// <summary>Normal pictures: two to draw on, and two to compare with.</summary>
    internal const int Fewest = 4;

    private const int MostWindows = 2000;

    private const ulong HalvesStream = 1, PlacesStream = 2;

    /// <summary>How far faulty places are normal ones: 0.5 for more of the same, 0 for sets apart.</summary>
    /// <exception cref="InputException">There are fewer than four normal pictures.</exception>
    internal static double Fraction(string kind, Dataset normal, Philox random)
    {
        if (normal.Count < Fewest)
        {
            throw new InputException(
                normal.Name, $"expected at least {Fewest} normal pictures to compare faults with, found {normal.Count}");
        }

        Shape shape = normal.SampleShape;
        int side = Math.Max(Least, Math.Min(shape[1], shape[2]) / Part), half = normal.Count / 2;
        Shape window = [shape[0], side, side];
        int windows = Math.Min(MostWindows, Overlap.Compared(window));
        int[] order = random.FoldIn(HalvesStream).Permutation(normal.Count);
        float[] faulty = new float[windows * window.Count], good = new float[faulty.Length];
        Parallel.For(0, windows, i =>
        {
            var own = random.FoldIn(PlacesStream).FoldIn((ulong)i);
            float[] Picture(int row) => normal.Select([order[row]]).ToFloats();
            var (picture, mask) = SurfaceFaults.Draw(
                kind, Picture(own.Below(half, 0)), Picture(own.Below(half, 1)), shape, own);
            int[] marked = [.. mask.Index().Where(p => p.Item).Select(p => p.Index)];
            int centre = marked.Length > 0 ? marked[own.Below(marked.Length, 2)] : own.Below(mask.Length, 2);
            Copy(picture, faulty, i, centre);
            Copy(Picture(half + own.Below(normal.Count - half, 3)), good, i, centre);
        });
        var labels = new int[windows];
        return Overlap.Fraction(new("normal places", window, good, labels), new($"{kind}, places", window, faulty, labels));

        void Copy(float[] picture, float[] into, int i, int centre)
        {
            int top = Math.Clamp((centre / shape[2]) - (side / 2), 0, shape[1] - side),
                left = Math.Clamp((centre % shape[2]) - (side / 2), 0, shape[2] - side);
            for (int p = 0; p < window.Count; p++)
            {
                int c = p / (side * side), y = p / side % side, x = p % side;
                into[(i * window.Count) + p] = picture[(((c * shape[1]) + top + y) * shape[2]) + left + x];
            }
        }
    }
}
