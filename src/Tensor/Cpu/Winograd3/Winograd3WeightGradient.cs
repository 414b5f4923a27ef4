using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>V of x and Z of y, an image a part: [36][tiles of all images][channels].</summary>
internal readonly unsafe struct Winograd3Operands<TLane>(Image x, Image y, int first, int images, Winograd3Shape s, float* v, float* z) : ITask
    where TLane : unmanaged, IVectorLane<TLane>
{
    private const int Side = Winograd3Shape.Side;

    internal static nint VPoint(Winograd3Shape s, int images) =>
        Winograd3Shape.Point(images * s.Tiles, Winograd3Shape.Filled<TLane>(s.Inputs));

    internal static nint ZPoint(Winograd3Shape s, int images) =>
        Winograd3Shape.Point(images * s.Tiles, Winograd3Shape.Panelled<TLane>(s.Outputs));

    public void Execute(int part)
    {
        int inputs = Winograd3Shape.Filled<TLane>(s.Inputs), outputs = Winograd3Shape.Panelled<TLane>(s.Outputs);
        int height = Side * s.TileRows, width = Side * s.TileColumns;
        float* image = Scratch.Rent(Math.Max((long)s.BorderedHeight * s.BorderedWidth * inputs, (long)height * width * outputs));
        x.CopyTo(first + part, image, s.Border, inputs);
        Transform(image, (nint)s.BorderedWidth * inputs, inputs, v + ((nint)part * s.Tiles * inputs), VPoint(s, images), isInput: true);
        y.CopyTo(first + part, image, new Border(0, 0, height - s.Rows, width - s.Columns), outputs);
        Transform(image, (nint)width * outputs, outputs, z + ((nint)part * s.Tiles * outputs), ZPoint(s, images), isInput: false);
    }

    private void Transform(float* image, nint row, int channels, float* to, nint point, bool isInput)
    {
        for (int i = 0; i < s.TileRows; i++)
        {
            for (int j = 0; j < s.TileColumns; j++, to += channels)
            {
                float* tile = image + (Side * ((i * row) + ((nint)j * channels)));
                if (isInput)
                {
                    Winograd3Transforms<TLane>.V(tile, row, channels, channels, to, point);
                }
                else
                {
                    Winograd3Transforms<TLane>.Z(tile, row, channels, channels, to, point);
                }
            }
        }
    }
}

/// <summary>sum[inputs, outputs] (+)= v[tiles, inputs]ᵀ · z[tiles, outputs]: of a point and a run of its panels a part.</summary>
internal readonly unsafe struct Winograd3Sums<TLane>(Winograd3Shape s, int images, int runs, bool starts, float* zeros, float* v, float* z, float* sums)
    : ITask
    where TLane : unmanaged, IVectorLane<TLane>
{
    public void Execute(int part)
    {
        int inputs = Winograd3Shape.Filled<TLane>(s.Inputs), outputs = Winograd3Shape.Panelled<TLane>(s.Outputs);
        int point = part / runs, panels = Panels<TLane>.Count(s.Outputs);
        int first = panels * (part % runs) / runs * MicroKernel<TLane>.Columns;
        int columns = (panels * ((part % runs) + 1) / runs * MicroKernel<TLane>.Columns) - first;
        float* sum = sums + (point * Winograd3Shape.Point(s.Inputs, outputs)) + first;
        MicroKernel<TLane>.Cover(new Tile
        {
            A = v + (point * Winograd3Operands<TLane>.VPoint(s, images)),
            ARow = 1,
            AStep = inputs,
            B = z + (point * Winograd3Operands<TLane>.ZPoint(s, images)) + first,
            BStep = outputs,
            Length = images * s.Tiles,
            Segments = 1,
            Init = starts ? zeros : sum,
            InitRow = starts ? 0 : outputs,
            C = sum,
            CRow = outputs,
        }, s.Inputs, columns, MicroKernel<TLane>.Columns);
    }
}

/// <summary>w = Uᵀ of the sums, [taps, inputs, outputs]: an input channel a part.</summary>
internal readonly unsafe struct Winograd3Taps<TLane>(Winograd3Shape s, float* sums, float* taps) : ITask
    where TLane : unmanaged, IVectorLane<TLane>
{
    public void Execute(int part)
    {
        int outputs = Winograd3Shape.Panelled<TLane>(s.Outputs);
        Winograd3Transforms<TLane>.UTransposed(
            sums + ((nint)part * outputs), Winograd3Shape.Point(s.Inputs, outputs), outputs, taps + ((nint)part * outputs), (nint)s.Inputs * outputs);
    }
}
