using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>A <see cref="ChannelNorm"/> in addresses, and what it does to runs of pixels while they are in cache.</summary>
internal readonly unsafe struct ChannelFormula<TLane> where TLane : unmanaged, IVectorLane<TLane>
{
    private readonly float* mean, variance, scale, shift;
    private readonly float epsilon;
    private readonly RowFormula activation, gradient;

    /// <summary>Whether the activation's gradient wants its output.</summary>
    private readonly bool wantsOutput;

    internal ChannelFormula(float* mean, float* variance, float* scale, float* shift, ChannelNorm norm)
    {
        this.mean = mean;
        this.variance = variance;
        this.scale = scale;
        this.shift = shift;
        epsilon = (float)norm.Epsilon;
        if (norm.Activation is { } function)
        {
            activation = function.WithFormula<RowFormula.Of<TLane>, RowFormula>(default);
            gradient = function.WithGradient<RowFormula.Of<TLane>, RowFormula>(default);
            wantsOutput = function is { IsGradientOfOutput: true, IsPiecewiseLinear: false };
        }
    }

    internal bool IsLinear => activation.IsEmpty;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal TLane Mean(nint c) => TLane.Load(mean + c);

    /// <summary>1 / σ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal TLane Inverse(nint c) => TLane.Create(1) / TLane.Sqrt(TLane.Load(variance + c) + TLane.Create(epsilon));

    /// <summary>scale / σ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal TLane Factor(nint c) => TLane.Load(scale + c) * Inverse(c);

    /// <summary>1 / σ in double precision.</summary>
    internal double ExactInverse(int c) => 1 / Math.Sqrt((double)variance[c] + epsilon);

    /// <summary>y = activation(z) of so many rows.</summary>
    internal void Run(float* x, float* y, int count, nint channels)
    {
        Normalise(x, y, count, channels);
        if (!activation.IsEmpty)
        {
            activation.Run(y, y, null, (int)(count * channels));
        }
    }

    /// <summary>dz of dy, written to <paramref name="dz"/> unless it is dy itself; returns where it is.</summary>
    internal float* Gradient(float* dy, float* x, float* dz, int count, nint channels)
    {
        if (gradient.IsEmpty)
        {
            return dy;
        }

        int n = (int)(count * channels);
        Normalise(x, dz, count, channels);
        if (wantsOutput)
        {
            activation.Run(dz, dz, null, n);
        }

        gradient.Run(dz, dy, dz, n);
        return dz;
    }

    [MethodImpl(JitOptions.NoInlineOptimized)]
    private void Normalise(float* x, float* z, int count, nint channels)
    {
        for (nint c = 0; ; c = Math.Min(c + TLane.Width, channels - TLane.Width))
        {
            TLane mean = Mean(c), factor = Factor(c), shift = TLane.Load(this.shift + c);
            float* from = x + c, to = z + c;
            for (int r = 0; r < count; r++, from += channels, to += channels)
            {
                TLane.Store(TLane.Fma(TLane.Load(from) - mean, factor, shift), to);
            }

            if (c + TLane.Width >= channels)
            {
                return;
            }
        }
    }
}
