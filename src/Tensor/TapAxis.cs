namespace LisNative;

/// <summary>
/// One axis of a convolution, or of a transposed one, whose outputs a, a + stride, … are phase a: what CPU and GPU kernels alike know of
/// geometry. A convolution reads h = p·S + r·D − P: all taps, one phase. Transposed, output h = u·S + a gets tap r from p = (h + P − r·D) /
/// S where that is whole: r from the first such on, every (S / gcd(S, D))-th, so that no zero is multiplied. What all phases share is
/// worked out by the host.
/// </summary>
internal readonly struct TapAxis
{
    private readonly int kernel, stride, padding, dilation, transposed, step, scale, move;

    internal TapAxis(int kernel, ConvAxis axis, bool transposed)
    {
        this.kernel = kernel;
        (stride, padding, dilation) = (axis.Stride, axis.Before, axis.Dilation);
        this.transposed = transposed ? 1 : 0;
        step = transposed ? stride / GreatestCommonDivisor(stride, dilation) : 1;
        scale = transposed ? 1 : stride;
        move = transposed ? -(step * dilation / stride) : dilation;
    }

    internal static int GreatestCommonDivisor(int a, int b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);

    /// <summary>How many phases there are.</summary>
    internal int Phases => transposed != 0 ? stride : 1;

    /// <summary>The most taps that a phase has.</summary>
    internal int Most => (kernel + step - 1) / step;

    internal Taps ForPhase(int phase)
    {
        if (transposed == 0)
        {
            return new(0, step, kernel, scale, -padding, move);
        }

        int first = 0;
        while (first < kernel && (phase + padding - (first * dilation)) % stride != 0)
        {
            first++;
        }

        return new(first, step, first < kernel ? (kernel - first + step - 1) / step
            : 0, scale, (phase + padding - (first * dilation)) / stride, move);
    }
}
