using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>Σ dz · (x − mean) and Σ dz of each channel of a part: partial [part, 2, channels].</summary>
internal readonly unsafe struct ChannelGradientSums<TLane>(
    float* dy, float* x, ChannelRows rows, ChannelFormula<TLane> norm, float* partial) : ITask
    where TLane : unmanaged, IVectorLane<TLane>
{
    public void Execute(int part)
    {
        int channels = rows.Channels, count = rows.Count(part);
        float* scratch = Scratch.Rent((long)rows.EachRun * channels), sums = partial + (2 * (nint)part * channels);
        new Span<float>(sums, 2 * channels).Clear();
        for (int r = 0; r < count; r += rows.EachRun)
        {
            nint run = rows.Offset(part) + ((nint)r * channels);
            int length = Math.Min(rows.EachRun, count - r);
            Add(norm.Gradient(dy + run, x + run, scratch, length, channels), x + run, length, sums);
        }
    }

    [MethodImpl(JitOptions.NoInlineOptimized)]
    private void Add(float* dz, float* x, int count, float* sums)
    {
        nint channels = rows.Channels, done = 0;
        for (nint c = 0; ; c = Math.Min(c + TLane.Width, channels - TLane.Width))
        {
            TLane mean = norm.Mean(c), dot = TLane.Create(0), sum = dot;
            float* given = dz + c, from = x + c;
            for (int r = 0; r < count; r++, given += channels, from += channels)
            {
                TLane d = TLane.Load(given);
                sum += d;
                TLane.AddProduct(ref dot, d, TLane.Load(from) - mean);
            }

            // A last register lies over the one before, whose channels have been added.
            AddTo(sums + c, dot, done - c);
            AddTo(sums + channels + c, sum, done - c);
            done = c + TLane.Width;
            if (done >= channels)
            {
                return;
            }
        }
    }

    /// <summary>to += value, but for the first elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddTo(float* to, TLane value, nint first)
    {
        if (first == 0)
        {
            TLane.Store(TLane.Load(to) + value, to);
            return;
        }

        float* elements = stackalloc float[TLane.Width];
        TLane.Store(value, elements);
        for (nint i = first; i < TLane.Width; i++)
        {
            to[i] += elements[i];
        }
    }

    /// <summary>The sums of all parts, the first over σ; some channels at a time.</summary>
    internal readonly struct Joining(ChannelRows rows, ChannelFormula<TLane> norm, float* partial, float* scale, float* shift) : ITask
    {
        public void Execute(int part)
        {
            for (int c = part * ChannelJoin.Channels; c < Math.Min(rows.Channels, (part + 1) * ChannelJoin.Channels); c++)
            {
                double dot = 0, sum = 0;
                for (int i = 0; i < rows.Parts; i++)
                {
                    float* found = partial + (2 * (nint)i * rows.Channels) + c;
                    dot += found[0];
                    sum += found[rows.Channels];
                }

                (scale[c], shift[c]) = ((float)(dot * norm.ExactInverse(c)), (float)sum);
            }
        }
    }
}

/// <summary>dx = (dz − shift sum / n − (x − mean) / σ · scale sum / n) · scale / σ; without sums dz · scale / σ.</summary>
internal readonly unsafe struct ChannelGradient<TLane>(
    float* dy, float* x, ChannelRows rows, ChannelFormula<TLane> norm, float* scaleSum, float* shiftSum, float* dx) : ITask
    where TLane : unmanaged, IVectorLane<TLane>
{
    public void Execute(int part)
    {
        int channels = rows.Channels, count = rows.Count(part);
        float* scratch = Scratch.Rent((long)rows.EachRun * channels);
        for (int r = 0; r < count; r += rows.EachRun)
        {
            nint run = rows.Offset(part) + ((nint)r * channels);
            int length = Math.Min(rows.EachRun, count - r);
            float* dz = norm.Gradient(dy + run, x + run, scratch, length, channels);
            if (scaleSum == null)
            {
                Scale(dz, dx + run, length);
            }
            else
            {
                Run(dz, x + run, dx + run, length);
            }
        }
    }

    [MethodImpl(JitOptions.NoInlineOptimized)]
    private void Run(float* dz, float* x, float* dx, int count)
    {
        nint channels = rows.Channels;
        TLane each = TLane.Create(1f / rows.Rows);
        for (nint c = 0; ; c = Math.Min(c + TLane.Width, channels - TLane.Width))
        {
            TLane mean = norm.Mean(c), factor = norm.Factor(c), level = TLane.Load(shiftSum + c) * each;
            TLane slope = TLane.Load(scaleSum + c) * each * norm.Inverse(c);
            float* given = dz + c, from = x + c, to = dx + c;
            for (int r = 0; r < count; r++, given += channels, from += channels, to += channels)
            {
                TLane centred = TLane.Load(given) - level;
                TLane.Store(TLane.FmaNegated(TLane.Load(from) - mean, slope, centred) * factor, to);
            }

            if (c + TLane.Width >= channels)
            {
                return;
            }
        }
    }

    [MethodImpl(JitOptions.NoInlineOptimized)]
    private void Scale(float* dz, float* dx, int count)
    {
        nint channels = rows.Channels;
        for (nint c = 0; ; c = Math.Min(c + TLane.Width, channels - TLane.Width))
        {
            TLane factor = norm.Factor(c);
            float* given = dz + c, to = dx + c;
            for (int r = 0; r < count; r++, given += channels, to += channels)
            {
                TLane.Store(TLane.Load(given) * factor, to);
            }

            if (c + TLane.Width >= channels)
            {
                return;
            }
        }
    }
}
