using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>
/// U of all weights [K, C, 4, 4], as panels for the micro-kernel: for each point the matrix [4C, K] of the convolution, or its
/// transpose [K, 4C] for the transposed convolution. One panel's width of K, or of C, a part.
/// </summary>
internal readonly unsafe struct WinogradWeights<TLane>(float* w, WinogradShape s, bool transposed, float* to) : ITask
    where TLane : unmanaged, IVectorLane<TLane>
{
    private const int Kernel = 4, Taps = Kernel * Kernel;

    internal static int Parts(WinogradShape s, bool transposed) => (transposed ? s.C : s.K) / MicroKernel<TLane>.Columns;

    public void Execute(int part)
    {
        int width = MicroKernel<TLane>.Columns, first = part * width, depth = transposed ? s.K : s.C;
        nint point = (nint)s.SubChannels * s.K, filter = (nint)s.C * Taps;
        float* taps = stackalloc float[Taps * width];
        for (int i = 0; i < depth; i++)
        {
            // taps[r, s, j] of one row of the panel.
            float* from = transposed ? w + (i * filter) + (first * Taps) : w + (first * filter) + (i * Taps);
            TransposeKernel.Transpose(from, transposed ? Taps : filter, width, Taps, taps, width);
            for (int sub = 0; sub < WinogradShape.Subs; sub++)
            {
                // Row i of the panel, of K deep and C wide or the other way round. U is the same map as Z.
                float* row = transposed
                    ? to + ((((nint)sub * s.C) + first) * s.K) + ((nint)i * width)
                    : to + ((nint)first * s.SubChannels) + ((((nint)sub * s.C) + i) * width);
                float* tap = taps + (((sub / 2 * Kernel) + (sub % 2)) * width);
                WinogradTransforms<TLane>.Z(tap, 2 * Kernel * width, 2 * width, width, row, point);
            }
        }
    }
}
