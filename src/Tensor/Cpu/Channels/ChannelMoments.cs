using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>
/// The mean of each channel of a part of x, and Σ (x − that mean)²: partial [part, 2, channels]. Two passes, since Σx² − (Σx)² cancels.
/// </summary>
internal readonly unsafe struct ChannelMoments<TLane>(float* x, ChannelRows rows, float* partial) : ITask
    where TLane : unmanaged, IVectorLane<TLane>
{
    [MethodImpl(JitOptions.NoInlineOptimized)]
    public void Execute(int part)
    {
        nint channels = rows.Channels;
        int count = rows.Count(part);
        float* from = x + rows.Offset(part), means = partial + (2 * part * channels), squares = means + channels;
        for (nint c = 0; ; c = Math.Min(c + TLane.Width, channels - TLane.Width))
        {
            TLane mean = Sum(from + c, count) * TLane.Create(1f / count);
            TLane.Store(mean, means + c);
            TLane.Store(Squares(from + c, count, mean), squares + c);
            if (c + TLane.Width >= channels)
            {
                return;
            }
        }
    }

    /// <summary>Down one register of channels; four sums hide the latency of the addition.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TLane Sum(float* column, int count)
    {
        nint step = rows.Channels;
        TLane s0 = TLane.Create(0), s1 = s0, s2 = s0, s3 = s0;
        int r = 0;
        for (; r <= count - 4; r += 4, column += 4 * step)
        {
            s0 += TLane.Load(column);
            s1 += TLane.Load(column + step);
            s2 += TLane.Load(column + (2 * step));
            s3 += TLane.Load(column + (3 * step));
        }

        for (; r < count; r++, column += step)
        {
            s0 += TLane.Load(column);
        }

        return s0 + s1 + (s2 + s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TLane Squares(float* column, int count, TLane mean)
    {
        nint step = rows.Channels;
        TLane s0 = TLane.Create(0), s1 = s0, s2 = s0, s3 = s0;
        int r = 0;
        for (; r <= count - 4; r += 4, column += 4 * step)
        {
            TLane a = TLane.Load(column) - mean, b = TLane.Load(column + step) - mean;
            TLane.AddProduct(ref s0, a, a);
            TLane.AddProduct(ref s1, b, b);
            (a, b) = (TLane.Load(column + (2 * step)) - mean, TLane.Load(column + (3 * step)) - mean);
            TLane.AddProduct(ref s2, a, a);
            TLane.AddProduct(ref s3, b, b);
        }

        for (; r < count; r++, column += step)
        {
            TLane a = TLane.Load(column) - mean;
            TLane.AddProduct(ref s0, a, a);
        }

        return s0 + s1 + (s2 + s3);
    }

    /// <summary>
    /// Moments of all parts from those of each (Chan, Golub, LeVeque 1979): Σ (x − mean)² = Σ over parts of theirs and n · (their mean −
    /// mean)². Some channels at a time.
    /// </summary>
    internal readonly struct Joining(ChannelRows rows, float* partial, float* mean, float* variance) : ITask
    {
        public void Execute(int part)
        {
            for (int c = part * ChannelJoin.Channels; c < Math.Min(rows.Channels, (part + 1) * ChannelJoin.Channels); c++)
            {
                nint step = 2 * rows.Channels;
                double sum = 0, squares = 0;
                for (int i = 0; i < rows.Parts; i++)
                {
                    sum += (double)partial[(i * step) + c] * rows.Count(i);
                }

                sum /= rows.Rows;
                for (int i = 0; i < rows.Parts; i++)
                {
                    double apart = partial[(i * step) + c] - sum;
                    squares += partial[(i * step) + rows.Channels + c] + (rows.Count(i) * apart * apart);
                }

                (mean[c], variance[c]) = ((float)sum, (float)(squares / rows.Rows));
            }
        }
    }
}

/// <summary>How what parts found of channels is joined.</summary>
internal static class ChannelJoin
{
    /// <summary>Channels that a part takes.</summary>
    internal const int Channels = 16;

    internal static int Parts(int channels) => (channels + Channels - 1) / Channels;
}
