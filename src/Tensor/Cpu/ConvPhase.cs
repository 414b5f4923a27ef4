namespace LisNative.Cpu;

/// <summary>
/// A convolution of an input image with Taps×Taps weights that produces every Step-th pixel of its output, from Row0, Column0 on:
/// out[Row0 + i·Step, Column0 + j·Step] = Σ in[i·Stride + r − PadTop, j·Stride + s − PadLeft] · w[r, s].
/// A convolution is one such phase; a transposed convolution of stride S is S² phases of stride 1, the sub-pixels of its output.
/// </summary>
internal readonly record struct ConvPhase(
    int Row0, int Column0, int Rows, int Columns, int Step, int Stride, int PadTop, int PadLeft, int FirstR, int FirstS, int TapsR, int TapsS, int WeightOffset)
{
    /// <summary>Along one axis of a transposed convolution, for outputs a, a + S, …: the taps that reach them are first, first + S, …,
    /// read backwards, over an input padded by <c>Pad</c>.</summary>
    internal readonly record struct Axis(int First, int Taps, int Pad, int Count)
    {
        internal static Axis Of(int a, int size, int kernel, ConvGeometry g)
        {
            int first = (a + g.Padding) % g.Stride;
            int taps = first < kernel ? (kernel - first + g.Stride - 1) / g.Stride : 0;
            return new(first, taps, taps - 1 - ((a + g.Padding - first) / g.Stride), (size - a + g.Stride - 1) / g.Stride);
        }
    }

    /// <summary>The border that all the phases together read beyond an input of the given size.</summary>
    internal static Border BorderOf(ReadOnlySpan<ConvPhase> phases, int height, int width)
    {
        int top = 0, left = 0, bottom = 0, right = 0;
        foreach (var p in phases)
        {
            top = Math.Max(top, p.PadTop);
            left = Math.Max(left, p.PadLeft);
            bottom = Math.Max(bottom, ((p.Rows - 1) * p.Stride) + p.TapsR - p.PadTop - height);
            right = Math.Max(right, ((p.Columns - 1) * p.Stride) + p.TapsS - p.PadLeft - width);
        }

        return new(top, left, bottom, right);
    }
}
