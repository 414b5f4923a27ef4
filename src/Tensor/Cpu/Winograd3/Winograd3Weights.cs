using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>
/// U of all weights [K, C, 3, 3], for each point the matrix [inputs, outputs] in panels for the micro-kernel; of a transposed convolution
/// with taps turned around. One panel of outputs a part.
/// </summary>
internal readonly unsafe struct Winograd3Weights<TLane>(float* w, Winograd3Shape s, bool transposed, float* to) : ITask
    where TLane : unmanaged, IVectorLane<TLane>
{
    private const int Taps = Winograd3Shape.Taps, Widest = 32;

    /// <summary>Floats of a point.</summary>
    internal static nint Point(Winograd3Shape s) => (nint)s.Inputs * Winograd3Shape.Panelled<TLane>(s.Outputs);

    public void Execute(int panel)
    {
        int width = MicroKernel<TLane>.Columns, first = panel * width, used = Math.Min(width, s.Outputs - first);
        float* taps = stackalloc float[2 * Taps * Widest], turned = taps + (Taps * Widest);
        new Span<float>(taps, Taps * width).Clear();
        float* place = to + ((nint)panel * s.Inputs * width);
        for (int i = 0; i < s.Inputs; i++, place += width)
        {
            float* from = transposed ? w + ((((nint)i * s.Outputs) + first) * Taps) : w + ((((nint)first * s.Inputs) + i) * Taps);
            TransposeKernel.Transpose(from, transposed ? Taps : (nint)s.Inputs * Taps, used, Taps, taps, width);
            for (int tap = 0; transposed && tap < Taps; tap++)
            {
                new ReadOnlySpan<float>(taps + (tap * width), width).CopyTo(new Span<float>(turned + ((Taps - 1 - tap) * width), width));
            }

            Winograd3Transforms<TLane>.U(transposed ? turned : taps, width, place, Point(s));
        }
    }
}
