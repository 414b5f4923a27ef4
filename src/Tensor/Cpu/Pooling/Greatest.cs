using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>y[p, q] = max over r, s of x[p·S + r·D − P, q·S + s·D − P], and the number of the tap that has it; at least a register of
/// channels, of which the last one may lie over the one before.</summary>
internal readonly unsafe struct Greatest<TLane>(float* x, PoolSizes s, float* y, float* winners) : IPoolPixel
    where TLane : unmanaged, IVectorLane<TLane>
{
    [MethodImpl(JitOptions.NoInlineOptimized)]
    public void Run(nint to, nint image, PoolSpan rows, PoolSpan columns)
    {
        nint channels = s.Channels, rowMove = rows.Move * s.ReadWidth * channels, columnMove = columns.Move * channels;
        float* first = x + ((image + ((nint)rows.Pixel * s.ReadWidth) + columns.Pixel) * channels);
        int tap = (rows.First * s.KernelWidth) + columns.First, rowStep = rows.Step * s.KernelWidth;
        for (nint c = 0; ; c = Math.Min(c + TLane.Width, channels - TLane.Width))
        {
            TLane best = TLane.Create(float.NegativeInfinity), winner = TLane.Create(rows.Count * columns.Count > 0 ? tap : -1);
            for (int i = 0; i < rows.Count; i++)
            {
                float* from = first + (i * rowMove) + c;
                for (int j = 0; j < columns.Count; j++, from += columnMove)
                {
                    var value = TLane.Load(from);
                    winner = TLane.IfLess(best, value, TLane.Create(tap + (i * rowStep) + (j * columns.Step)), winner);
                    best = TLane.Max(best, value);
                }
            }

            TLane.Store(best, y + (to * channels) + c);
            if (winners != null)
            {
                TLane.Store(winner, winners + (to * channels) + c);
            }

            if (c + TLane.Width >= channels)
            {
                return;
            }
        }
    }
}
