using LisNative.Random;

namespace LisNative.Data.Synthetic;

/// <summary>
/// Local faults drawn on a normal picture [channels, height, width] of one channel or more: sizes follow its sides, strengths its own
/// contrast. What is drawn follows from the generator alone.
/// </summary>
internal static class SurfaceFaults
{
    /// <summary>How often a fault that nobody would see is drawn anew.</summary>
    private const int Attempts = 16;

    private static readonly (string Name, Func<Canvas, Draws, Fault> Draw)[] All =
    [
        ("cut", Patches.Cut),
        ("scratch", Blemishes.Scratch),
        ("stain", Blemishes.Stain),
        ("foreign", Patches.Foreign),
        ("dent", Blemishes.Dent),
    ];

    /// <summary>The kinds of faults there are.</summary>
    internal static IReadOnlyList<string> Kinds { get; } = [.. All.Select(k => k.Name)];

    /// <summary>
    /// A normal picture of any range with a fault of a kind (<see cref="Kinds"/>), which may show parts of another, and a mask: true
    /// exactly where the picture has changed. Changes below 2 % of the range are left out, so that the edge of a soft fault is where it
    /// ceases to be seen.
    /// </summary>
    internal static (float[] Picture, bool[] Mask) Draw(
        string kind, ReadOnlySpan<float> picture, ReadOnlySpan<float> other, Shape shape, Philox random)
    {
        var draw = Array.Find(All, k => k.Name == kind).Draw
            ?? throw new ArgumentException($"SurfaceFaults: expected one of {string.Join(", ", Kinds)}, found {kind}");
        var canvas = new Canvas(picture, other, shape);
        for (int attempt = 1; ; attempt++)
        {
            var (painted, mask, visible) = canvas.Paint(draw(canvas, new Draws(random.FoldIn((ulong)attempt))));
            if (visible || attempt == Attempts)
            {
                return (painted, mask);
            }
        }
    }
}
