using LisNative.Gpu.Kernels;

namespace LisNative.Gpu.Product;

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
