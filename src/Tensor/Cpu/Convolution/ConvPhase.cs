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

    /// <summary>Rows of weights that it reads: taps and inputs.</summary>
    internal int WeightRows(int inputs) => TapsR * TapsS * inputs;
}

/// <summary>All phases of one operation, as a function of its sizes; in the order of their weights.</summary>
/// <param name="Transposed">Whether the operation is the transposed convolution.</param>
/// <param name="Geometry">Stride, padding, dilation.</param>
/// <param name="Height">Of the output.</param>
/// <param name="Width">Of the output.</param>
/// <param name="KernelR">Rows of the kernel, its dilation filled up.</param>
/// <param name="KernelS">Columns of the kernel, likewise.</param>
/// <param name="Inputs">Input channels.</param>
internal readonly record struct ConvPhases(bool Transposed, ConvGeometry Geometry, int Height, int Width, int KernelR, int KernelS, int Inputs)
{
    private int Columns => Transposed ? Math.Min(Geometry.Stride, Width) : 1;

    internal int Count => Transposed ? Math.Min(Geometry.Stride, Height) * Columns : 1;

    /// <summary>Rows of weights of all phases.</summary>
    internal int WeightRows
    {
        get
        {
            int rows = 0;
            for (int i = 0; i < Count; i++)
            {
                rows += Phase(i, 0).WeightRows(Inputs);
            }

            return rows;
        }
    }

    /// <summary>Phase number i, whose weights begin at the given row.</summary>
    internal ConvPhase Phase(int i, int weightOffset)
    {
        if (!Transposed)
        {
            return new(0, 0, Height, Width, 1, Geometry.Stride, Geometry.Padding, Geometry.Padding, 0, 0, KernelR, KernelS, 0);
        }

        var r = ConvPhase.Axis.Of(i / Columns, Height, KernelR, Geometry);
        var s = ConvPhase.Axis.Of(i % Columns, Width, KernelS, Geometry);
        return new(i / Columns, i % Columns, r.Count, s.Count, Geometry.Stride, 1, r.Pad, s.Pad, r.First, s.First, r.Taps, s.Taps, weightOffset);
    }

    /// <summary>The border that all the phases together read beyond an input of the given size.</summary>
    internal Border Border(int height, int width)
    {
        int top = 0, left = 0, bottom = 0, right = 0;
        for (int i = 0; i < Count; i++)
        {
            var p = Phase(i, 0);
            top = Math.Max(top, p.PadTop);
            left = Math.Max(left, p.PadLeft);
            bottom = Math.Max(bottom, ((p.Rows - 1) * p.Stride) + p.TapsR - p.PadTop - height);
            right = Math.Max(right, ((p.Columns - 1) * p.Stride) + p.TapsS - p.PadLeft - width);
        }

        return new(top, left, bottom, right);
    }
}
