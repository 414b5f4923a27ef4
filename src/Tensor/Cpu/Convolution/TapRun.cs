namespace LisNative.Cpu;

/// <summary>
/// Outputs of a phase, from First on before End, that read the same taps within the image: of the taps in the order of their pixels, Count
/// from Tap on. What the others would read is beyond the image, zero: runs make a border unnecessary.
/// </summary>
internal readonly record struct TapRun(int First, int End, int Tap, int Count)
{
    /// <summary>The run from an output on.</summary>
    /// <param name="first">The output.</param>
    /// <param name="taps">Of its phase.</param>
    /// <param name="size">Of the image.</param>
    /// <param name="outputs">Where runs end.</param>
    internal static TapRun From(int first, Taps taps, int size, int outputs)
    {
        int gap = taps.Gap, pixel = (first * taps.Scale) + taps.Lowest;
        int tap = Math.Clamp(Ceiling(-pixel, gap), 0, taps.Count), end = Math.Clamp(Ceiling(size - pixel, gap), tap, taps.Count);

        // The output whose tap before these is the first within the image, and that whose last is the first beyond it.
        int enters = tap > 0 ? Ceiling(-taps.Lowest - ((tap - 1) * gap), taps.Scale) : outputs;
        int leaves = end > tap ? Ceiling(size - taps.Lowest - ((end - 1) * gap), taps.Scale) : outputs;
        return new(first, Math.Min(outputs, Math.Min(enters, leaves)), tap, end - tap);
    }

    /// <summary>a / b, rounded up, for a from 0 on; else at most 0.</summary>
    private static int Ceiling(int a, int b) => (a + b - 1) / b;
}
