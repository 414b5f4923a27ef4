using ILGPU;
using LisNative.Random;

namespace LisNative.Gpu.Kernels;

/// <summary>
/// y[i] = the number at position first + i: the host's bits, and in double precision its transcendentals to the last place or two, so that
/// hardly one float in 10⁷ differs.
/// </summary>
internal readonly struct RandomFill(Philox random, int distribution, ulong first, ArrayView<float> y) : IKernel
{
    public void Execute()
    {
        int i = Grid.GlobalIndex.X;
        if (i < y.IntLength)
        {
            ulong position = first + (ulong)i;
            y[i] = distribution == (int)Distribution.Normal ? Normal(
                Bits(random, 2 * position), Bits(random, (2 * position) + 1)) : (float)Uniform(Bits(random, position));
        }
    }

    internal static uint Bits(Philox random, ulong position)
    {
        var (low, high) = Philox.Block(position >> 2, random.Stream, random.Seed);
        ulong pair = (position & 2) == 0 ? low : high;
        return (position & 1) == 0 ? (uint)pair : (uint)(pair >> 32);
    }

    internal static double Uniform(uint bits) => ((bits >> 9) + 0.5) * (1.0 / (1 << 23));

    /// <summary>Box, Muller 1958.</summary>
    private static float Normal(uint a, uint b) => (float)(Math.Sqrt(-2 * Log(Uniform(a))) * CosineOfTurn(Uniform(b)));

    /// <summary>
    /// ln u = e·ln 2 + 2·artanh s with u = 2ᵉ·m, m in [√½, √2) and s = (m − 1) / (m + 1), |s| under 0.172: eleven terms of the series.
    /// </summary>
    private static double Log(double u)
    {
        ulong bits = Interop.FloatAsInt(u);
        int exponent = (int)(bits >> 52) - 1023;
        double m = Interop.IntAsFloat((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
        if (m > 1.4142135623730951)
        {
            m *= 0.5;
            exponent++;
        }

        double s = (m - 1) / (m + 1), z = s * s, sum = 1.0 / 21;
        sum = (sum * z) + (1.0 / 19);
        sum = (sum * z) + (1.0 / 17);
        sum = (sum * z) + (1.0 / 15);
        sum = (sum * z) + (1.0 / 13);
        sum = (sum * z) + (1.0 / 11);
        sum = (sum * z) + (1.0 / 9);
        sum = (sum * z) + (1.0 / 7);
        sum = (sum * z) + (1.0 / 5);
        sum = (sum * z) + (1.0 / 3);
        return (exponent * 0.69314718055994531) + (2 * s * ((sum * z) + 1));
    }

    /// <summary>cos 2πv for v in (0, 1): the nearest quarter turn, and of the rest, an eighth at most, the Taylor series.</summary>
    private static double CosineOfTurn(double v)
    {
        int quarter = (int)((4 * v) + 0.5);
        double x = 2 * Math.PI * (v - (0.25 * quarter)), z = x * x;
        if ((quarter & 1) == 0)
        {
            double cosine = 1.0 / 20922789888000;     // 16!
            cosine = (cosine * z) - (1.0 / 87178291200);
            cosine = (cosine * z) + (1.0 / 479001600);
            cosine = (cosine * z) - (1.0 / 3628800);
            cosine = (cosine * z) + (1.0 / 40320);
            cosine = (cosine * z) - (1.0 / 720);
            cosine = (cosine * z) + (1.0 / 24);
            cosine = (cosine * z) - 0.5;
            cosine = (cosine * z) + 1;
            return quarter == 2 ? -cosine : cosine;
        }

        double sine = -1.0 / 1307674368000;     // 15!
        sine = (sine * z) + (1.0 / 6227020800);
        sine = (sine * z) - (1.0 / 39916800);
        sine = (sine * z) + (1.0 / 362880);
        sine = (sine * z) - (1.0 / 5040);
        sine = (sine * z) + (1.0 / 120);
        sine = (sine * z) - (1.0 / 6);
        sine = x * ((sine * z) + 1);
        return quarter == 1 ? -sine : sine;
    }
}
