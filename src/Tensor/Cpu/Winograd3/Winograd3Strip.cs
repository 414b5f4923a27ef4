using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>Transforms of some rows of tiles of an image, tile by tile, from a copy with a border: [36][tiles][channels].</summary>
internal static unsafe class Winograd3Strip<TLane> where TLane : unmanaged, IVectorLane<TLane>
{
    private const int Side = Winograd3Shape.Side;

    /// <summary>Floats of the copy.</summary>
    internal static nint Size(Winograd3Shape s, int rows) => (nint)((Side * rows) + s.BorderedHeight - (Side * s.TileRows))
        * Math.Max((nint)s.BorderedWidth * Winograd3Shape.Filled<TLane>(s.Inputs),
            (nint)Side * s.TileColumns * Winograd3Shape.Panelled<TLane>(s.Outputs));

    /// <summary>V of the tiles of rows <paramref name="first"/> to <paramref name="end"/> of image <paramref name="n"/>.</summary>
    internal static void Inputs(Winograd3Shape s, Image x, int n, int first, int end, float* copy, float* v, nint point)
    {
        int inputs = Winograd3Shape.Filled<TLane>(s.Inputs);
        nint row = (nint)s.BorderedWidth * inputs;
        copy -= Side * first * row;
        x.CopyTo(n, copy, s.Border, inputs, Side * first, (Side * end) + 2);
        for (int i = first; i < end; i++)
        {
            for (int j = 0; j < s.TileColumns; j++, v += inputs)
            {
                Winograd3Transforms<TLane>.V(copy + (Side * ((i * row) + ((nint)j * inputs))), row, inputs, inputs, v, point);
            }
        }
    }

    /// <summary>Z of the same tiles of y, so many channels from <paramref name="column"/> on.</summary>
    internal static void Outputs(
        Winograd3Shape s, Image y, int n, int first, int end, int column, int outputs, float* copy, float* z, nint point)
    {
        int pixel = Winograd3Shape.Panelled<TLane>(s.Outputs), height = Side * s.TileRows, width = Side * s.TileColumns;
        nint row = (nint)width * pixel;
        copy -= Side * first * row;
        y.CopyTo(n, copy, new Border(0, 0, height - s.Rows, width - s.Columns), pixel, Side * first, Side * end);
        for (int i = first; i < end; i++)
        {
            for (int j = 0; j < s.TileColumns; j++, z += outputs)
            {
                float* tile = copy + (Side * ((i * row) + ((nint)j * pixel))) + column;
                Winograd3Transforms<TLane>.Z(tile, row, pixel, outputs, z, point);
            }
        }
    }
}
