using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>
/// U of all weights [K, C, 4, 4], as panels for the micro-kernel: for each point the matrix [4C, K] of the convolution, or its
/// transpose [K, 4C] for the transposed convolution. One panel of one sub-image's channels, or of K, a part.
/// </summary>
internal readonly unsafe struct WinogradWeights<TLane>(float* w, nint strideK, nint strideC, nint strideR, nint strideS, WinogradShape s, bool transposed, float* to) : ITask
    where TLane : unmanaged, IVectorLane<TLane>
{
    internal static int Parts(WinogradShape s, bool transposed) => (transposed ? s.C : s.K) / MicroKernel<TLane>.Columns;

    public void Run(int part)
    {
        int width = MicroKernel<TLane>.Columns, first = part * width;
        nint point = (nint)s.SubChannels * s.K;
        for (int sub = 0; sub < WinogradShape.Subs; sub++)
        {
            int other = transposed ? s.K : s.C;
            for (int i = 0; i < other; i++)
            {
                // Row i of the panel: K as depth and C as columns, or the other way round.
                float* row = transposed
                    ? to + ((((nint)sub * s.C) + first) * s.K) + ((nint)i * width)
                    : to + ((nint)first * s.SubChannels) + ((((nint)sub * s.C) + i) * width);
                for (int j = 0; j < width; j++)
                {
                    int k = transposed ? i : first + j, c = transposed ? first + j : i;
                    U(w + (k * strideK) + (c * strideC) + (sub / 2 * strideR) + (sub % 2 * strideS), row + j, point);
                }
            }
        }
    }

    private void U(float* g, float* u, nint point)
    {
        float g00 = *g, g01 = g[2 * strideS], g10 = g[2 * strideR], g11 = g[(2 * strideR) + (2 * strideS)];
        Row(g00, g01, u);
        Row(g00 + g10, g01 + g11, u + (3 * point));
        Row(g10, g11, u + (6 * point));

        void Row(float a, float b, float* to)
        {
            to[0] = a;
            to[point] = a + b;
            to[2 * point] = b;
        }
    }
}
