namespace LisNative.Cpu;

/// <summary>What becomes of one pixel of the result, all of its channels.</summary>
internal interface IPoolPixel
{
    /// <summary>Reads the taps of rows and columns that reach it.</summary>
    /// <param name="to">Number of the pixel.</param>
    /// <param name="image">Number of the first pixel of the image that is read.</param>
    /// <param name="rows">Taps along the height.</param>
    /// <param name="columns">Taps along the width.</param>
    void Run(nint to, nint image, PoolSpan rows, PoolSpan columns);
}

/// <summary>Sizes of a result whose pixels read windows of images, or, transposed, the windows that they lie in.</summary>
internal readonly struct PoolSizes(Shape result, Shape read, PerAxis kernel, ConvGeometry geometry, bool transposed)
{
    internal readonly TapAxis Down = new(kernel.H, geometry.Down, transposed), Across = new(kernel.W, geometry.Across, transposed);
    internal readonly bool Transposed = transposed;
    internal readonly int Images = result[0], Channels = result[1], Height = result[2], Width = result[3], KernelWidth = kernel.W,
        ReadHeight = read[2], ReadWidth = read[3];
}

/// <summary>Some rows of all images of a result.</summary>
internal readonly struct Pooling<TPixel>(PoolSizes s, int rowsEach, TPixel pixel) : ITask where TPixel : unmanaged, IPoolPixel
{
    private int Rows => s.Images * s.Height;

    internal int Parts => (Rows + rowsEach - 1) / rowsEach;

    public void Execute(int part)
    {
        for (int row = part * rowsEach; row < Math.Min(Rows, (part + 1) * rowsEach); row++)
        {
            int h = row % s.Height;
            var rows = PoolSpan.Of(s.Down.ForPhase(h % s.Down.Phases), h / s.Down.Phases, s.ReadHeight);
            nint image = (nint)(row / s.Height) * s.ReadHeight * s.ReadWidth;
            for (int phase = 0; phase < Math.Min(s.Across.Phases, s.Width); phase++)
            {
                var taps = s.Across.ForPhase(phase);
                for (int u = 0, w = phase; w < s.Width; u++, w += s.Across.Phases)
                {
                    pixel.Run(((nint)row * s.Width) + w, image, rows, PoolSpan.Of(taps, u, s.ReadWidth));
                }
            }
        }
    }
}
