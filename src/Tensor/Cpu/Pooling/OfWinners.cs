using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>The sum over the taps that reach a pixel of what they read, where they won: of its own window, or, transposed, of each window
/// that it lies in. Channels as in <see cref="Greatest{TLane}"/>.</summary>
internal readonly unsafe struct OfWinners<TLane>(float* x, float* winners, PoolSizes s, float* y) : IPoolPixel
    where TLane : unmanaged, IVectorLane<TLane>
{
    [MethodImpl(JitOptions.NoInlineOptimized)]
    public void Run(nint to, nint image, PoolSpan rows, PoolSpan columns)
    {
        nint channels = s.Channels, rowMove = rows.Move * s.ReadWidth * channels, columnMove = columns.Move * channels;
        nint first = (image + ((nint)rows.Pixel * s.ReadWidth) + columns.Pixel) * channels;
        int tap = (rows.First * s.KernelWidth) + columns.First, rowStep = rows.Step * s.KernelWidth;
        for (nint c = 0; ; c = Math.Min(c + TLane.Width, channels - TLane.Width))
        {
            TLane sum = TLane.Create(0), half = TLane.Create(0.5f);
            for (int i = 0; i < rows.Count; i++)
            {
                nint from = first + (i * rowMove) + c;
                for (int j = 0; j < columns.Count; j++, from += columnMove)
                {
                    var winner = TLane.Load(winners + (s.Transposed ? from : (to * channels) + c));
                    var other = TLane.Abs(winner - TLane.Create(tap + (i * rowStep) + (j * columns.Step)));
                    sum += TLane.IfLess(other, half, TLane.Load(x + from), TLane.Create(0));
                }
            }

            TLane.Store(sum, y + (to * channels) + c);
            if (c + TLane.Width >= channels)
            {
                return;
            }
        }
    }
}
