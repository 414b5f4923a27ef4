namespace LisNative.Data;

/// <summary>One of a JPEG's colour components, which may have fewer samples than the picture has pixels.</summary>
/// <param name="id">What scans call it.</param>
/// <param name="across">Its share of samples along a row: so many where the finest component has the most.</param>
/// <param name="down">The same along a column.</param>
/// <param name="table">Its quantisation table.</param>
internal sealed class JpegComponent(byte id, int across, int down, int table)
{
    internal const int BlockSize = 64, Side = 8;

    private short[] coefficients = [];

    internal byte Id => id;

    internal int Across => across;

    internal int Down => down;

    internal int Table => table;

    /// <summary>Samples that stand for the picture's pixels.</summary>
    internal int Height { get; private set; }

    /// <inheritdoc cref="Height"/>
    internal int Width { get; private set; }

    /// <summary>Blocks that hold them.</summary>
    internal int Rows => (Height + Side - 1) / Side;

    /// <inheritdoc cref="Rows"/>
    internal int Columns => (Width + Side - 1) / Side;

    /// <summary>Decoded samples, <see cref="Stride"/> a row.</summary>
    internal byte[] Samples { get; private set; } = [];

    internal int Stride => Columns * Side;

    /// <summary>Its quantisation, as it was when its first scan began.</summary>
    internal int[]? Steps { get; set; }

    /// <summary>What the block before had in its first place.</summary>
    internal int Prediction { get; set; }

    /// <summary>How many samples of the finest component one of its own covers.</summary>
    internal (int Across, int Down) Covers { get; private set; }

    /// <summary>Takes its size from the picture's.</summary>
    internal void Measure(int height, int width, int finestAcross, int finestDown)
    {
        Covers = (finestAcross / across, finestDown / down);
        (Height, Width) = (((height * down) + finestDown - 1) / finestDown, ((width * across) + finestAcross - 1) / finestAcross);
    }

    /// <summary>Takes memory for the samples and, where scans refine each other, for coefficients.</summary>
    internal void Allocate(bool progressive)
    {
        Samples = new byte[Rows * Columns * BlockSize];
        coefficients = progressive ? new short[Samples.Length] : [];
    }

    internal Span<short> Coefficients(int row, int column) => coefficients.AsSpan(((row * Columns) + column) * BlockSize, BlockSize);

    /// <summary>The samples from the corner of a block on.</summary>
    internal Span<byte> Block(int row, int column) => Samples.AsSpan((row * Side * Stride) + (column * Side));

    /// <summary>Makes samples of the coefficients that all scans together gave.</summary>
    internal void Transform()
    {
        for (int row = 0; row < Rows; row++)
        {
            for (int column = 0; column < Columns; column++)
            {
                JpegTransform.Block(Coefficients(row, column), Steps!, Block(row, column), Stride);
            }
        }
    }
}
