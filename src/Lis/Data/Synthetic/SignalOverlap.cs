using LisNative.Random;

namespace LisNative.Data.Synthetic;

/// <summary>
/// Whether drawn faults are really faults. A window is nearest to the one that its fault was drawn on, so faults are drawn on windows of
/// one half of the signal, and compared with those of the other half, which share no row with them.
/// </summary>
internal static class SignalOverlap
{
    private const ulong HalvesStream = 1, FaultStream = 2;

    /// <summary>How far windows with a fault are normal ones: 0.5 for more of the same, 0 for sets apart.</summary>
    /// <exception cref="InputException">The signal is too short for two halves.</exception>
    internal static double Fraction(string kind, Dataset normal, Philox random)
    {
        var (order, aside) = Detector.SetAside(normal, normal.Count / 2, random.FoldIn(HalvesStream));
        Dataset drawnOn = normal.Select(order.AsSpan(0, aside)), compared = normal.Select(order.AsSpan(aside));
        return Overlap.Fraction(compared, SyntheticNegatives.Make(
            drawnOn, Math.Min(compared.Count, Overlap.Compared(normal.SampleShape)), random.FoldIn(FaultStream), kind));
    }
}
