namespace LisNative.Cpu;

/// <summary>
/// A convolution of an input image that produces every RowStep-th row and ColumnStep-th column of its output, from Row0, Column0 on:
/// out[Row0 + i·RowStep, Column0 + j·ColumnStep] = Σ in[i·S + r·Gap − PadTop, j·S + s·Gap − PadLeft] · w[r, s], where S and Gap are those
/// of the axis. A convolution is one such phase; a transposed one of stride S is a phase of stride 1 for each sub-pixel of its output,
/// which reads its taps backwards.
/// </summary>
internal readonly record struct ConvPhase(
    int Row0, int Column0, int Rows, int Columns, int RowStep, int ColumnStep, Taps Down, Taps Across, int WeightOffset)
{
    /// <summary>
    /// The phase is cut into so many, by columns in turn: those of one read columns of the input that are whole gaps apart, which a
    /// <see cref="Border"/> lays side by side. Without gaps it is one.
    /// </summary>
    internal int Parts { get; } = Across.Gap / TapAxis.GreatestCommonDivisor(Across.Gap, Across.Scale);

    /// <summary>Columns of the output in a part.</summary>
    internal int PartColumns(int part) => (Columns - part + Parts - 1) / Parts;

    /// <summary>Where the first tap of a part's first column lies in a row of the bordered input.</summary>
    internal int PartStart(int part, Border border, int width) => border.Place((part * Across.Scale) - PadLeft, width);

    /// <summary>Pixels from the taps of one column of a part to those of the next.</summary>
    internal int PartStride => Across.Scale * Parts / Across.Gap;

    internal int PadTop => -Down.Lowest;

    internal int PadLeft => -Across.Lowest;

    /// <summary>Rows of weights that it reads: taps and inputs.</summary>
    internal int WeightRows(int inputs) => Down.Count * Across.Count * inputs;
}

/// <summary>
/// All phases of one operation, as a function of its sizes; in the order of their weights.
/// </summary>
internal readonly struct ConvPhases
{
    private readonly TapAxis down, across;
    private readonly int columns;

    /// <summary>The phases of an operation.</summary>
    /// <param name="transposed">Whether the operation is the transposed convolution.</param>
    /// <param name="geometry">Stride, padding, dilation.</param>
    /// <param name="output">[N, C, H, W].</param>
    /// <param name="weight">[K, C, R, S].</param>
    internal ConvPhases(bool transposed, ConvGeometry geometry, Shape output, Shape weight)
    {
        (Transposed, Geometry, Height, Width, Inputs) = (transposed, geometry, output[2], output[3], weight[transposed ? 0 : 1]);
        down = new(weight[2], geometry.Down, transposed);
        across = new(weight[3], weight[3] == 1 ? geometry.Across with { Dilation = 1 } : geometry.Across, transposed);
        columns = Math.Min(across.Phases, Width);
        Count = Math.Min(down.Phases, Height) * columns;
    }

    internal readonly bool Transposed;
    internal readonly ConvGeometry Geometry;
    internal readonly int Height, Width, Inputs, Count;

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
        int a = i / columns, b = i % columns, rowStep = down.Phases, columnStep = across.Phases;
        return new(a, b, (Height - a + rowStep - 1) / rowStep, (Width - b + columnStep - 1) / columnStep, rowStep, columnStep,
            down.ForPhase(a), across.ForPhase(b), weightOffset);
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
            bottom = Math.Max(bottom, ((p.Rows - 1) * p.Down.Scale) + p.Down.Reach - p.PadTop - height);
            right = Math.Max(right, ((p.Columns - 1) * p.Across.Scale) + p.Across.Reach - p.PadLeft - width);
        }

        return new(top, left, bottom, right, across.ForPhase(0).Gap - 1);
    }
}
