using System.Numerics;

namespace LisNative.Gpu.Kernels;

/// <summary>
/// Division by a number known before the launch, as a multiplication and a shift (Granlund, Montgomery 1994, figure 4.1); for dividends
/// below 2³¹.
/// </summary>
internal readonly struct Divisor(int divisor)
{
    private readonly int divisor = divisor, shift = 32 - BitOperations.LeadingZeroCount((uint)divisor - 1);
    private readonly uint multiplier =
        (uint)((((1UL << (32 - BitOperations.LeadingZeroCount((uint)divisor - 1))) - (uint)divisor) << 32) / (uint)divisor) + 1;

    internal int Value => divisor;

    /// <summary>⌊n / divisor⌋, and what is left in n.</summary>
    internal int Split(ref int n)
    {
        int quotient = (int)(((uint)(((ulong)(uint)n * multiplier) >> 32) + (uint)n) >> shift);
        n -= quotient * divisor;
        return quotient;
    }
}
