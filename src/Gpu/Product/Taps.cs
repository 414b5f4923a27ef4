using System.Numerics;
using LisNative.Gpu.Kernels;

namespace LisNative.Gpu.Product;

/// <summary>
/// The taps of a kernel along one axis that reach the outputs of one phase: taps First, First + Step, … (Count of them), the t-th of which
/// reads input pixel u·Scale + Start + t·Move for output u of the phase.
/// </summary>
internal readonly struct Taps(int first, int step, int count, int scale, int start, int move)
{
    internal readonly int First = first, Step = step, Count = count, Scale = scale, Start = start, Move = move;
}

/// <summary>
/// One axis of a convolution, or of a transposed one, whose outputs a, a + stride, … are phase a. A convolution reads h = p·S + r·D − P: all taps, one phase. Transposed, output
/// h = u·S + a gets tap r from p = (h + P − r·D) / S where that is whole: r from the first such on, every (S / gcd(S, D))-th. What all phases share is worked out by the host.
/// </summary>
internal readonly struct TapAxis
{
    private readonly int kernel, stride, padding, dilation, transposed, step, scale, move;

    internal TapAxis(int kernel, ConvGeometry geometry, bool transposed)
    {
        this.kernel = kernel;
        (stride, padding, dilation) = (geometry.Stride, geometry.Padding, geometry.Dilation);
        this.transposed = transposed ? 1 : 0;
        step = transposed ? stride / (int)BigInteger.GreatestCommonDivisor(stride, dilation) : 1;
        scale = transposed ? 1 : stride;
        move = transposed ? -(step * dilation / stride) : dilation;
    }

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

        return new(first, step, first < kernel ? (kernel - first + step - 1) / step : 0, scale, (phase + padding - (first * dilation)) / stride, move);
    }
}

/// <summary>The kernel's window in one phase; positions in it are counted tap by tap, channels fastest.</summary>
internal readonly struct Window
{
    private readonly TapAxis vertical, horizontal;
    private readonly Divisor channels;
    private readonly Taps rows, columns;

    /// <summary>⌊2³¹ / columns⌋ + 1: a tap's row is its product with this, 31 places down; exact below 2³¹ / columns taps.</summary>
    private readonly uint rowsPerTap;

    /// <summary>The window in phase 0.</summary>
    internal Window(TapAxis vertical, TapAxis horizontal, int channels)
        : this(vertical, horizontal, new Divisor(channels), 0)
    {
    }

    private Window(TapAxis vertical, TapAxis horizontal, Divisor channels, int layer)
    {
        (this.vertical, this.horizontal, this.channels) = (vertical, horizontal, channels);
        rows = vertical.ForPhase(layer / horizontal.Phases);
        columns = horizontal.ForPhase(layer % horizontal.Phases);
        rowsPerTap = ((1u << 31) / (uint)Math.Max(1, columns.Count)) + 1;
    }

    internal int Phases => vertical.Phases * horizontal.Phases;

    internal int Channels => channels.Value;

    internal Taps Rows => rows;

    internal Taps Columns => columns;

    /// <summary>The most positions that a phase has.</summary>
    internal int Deepest => vertical.Most * horizontal.Most * channels.Value;

    /// <summary>Positions: taps and channels.</summary>
    internal int Depth => rows.Count * columns.Count * channels.Value;

    internal Window ForLayer(int layer) => new(vertical, horizontal, channels, layer);

    /// <summary>Splits a position into tap row, tap column (both counted within the phase) and channel.</summary>
    internal (int R, int S, int Channel) Split(int position)
    {
        int channel = position, tap = channels.Split(ref channel), r = (int)(((ulong)(uint)tap * rowsPerTap) >> 31);
        return (r, tap - (r * columns.Count), channel);
    }
}
