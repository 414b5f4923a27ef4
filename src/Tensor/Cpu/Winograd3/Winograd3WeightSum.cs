using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>
/// Uᵀ(Σ V(x) · Z(y)) of a group of rows of tiles, for a run of panels of outputs, a part: [group, inputs, taps, outputs]. Some rows of
/// tiles are transformed and multiplied at a time, so that their transforms and the sums stay in the second-level cache.
/// </summary>
internal readonly unsafe struct Winograd3WeightSum<TLane>(
    Image x, Image y, int images, Winograd3Shape s, int groups, int runs, float* zeros, float* partial) : ITask
    where TLane : unmanaged, IVectorLane<TLane>
{
    /// <summary>Floats of the transforms and of the sums that stay in a second-level cache.</summary>
    private const int Transformed = 3 << 15, MostSums = 160 << 10;

    /// <summary>Tiles that pay for a sum of its own, groups, and floats of all their results.</summary>
    private const int FewestTiles = 96, MostGroups = 16, MostRuns = 4, Results = 1 << 21;

    private int RowsEach =>
        Math.Max(1, Transformed / (Winograd3Shape.Points * s.TileColumns * (s.Inputs + Winograd3Shape.Panelled<TLane>(s.Outputs))));

    /// <summary>Into how many groups and runs the sum is cut, a function of shapes, if its sums are small enough; else none.</summary>
    internal static (int Groups, int Runs) Cut(Winograd3Shape s, int images)
    {
        long weights = (long)Winograd3Shape.Filled<TLane>(s.Inputs) * Winograd3Shape.Panelled<TLane>(s.Outputs);
        int runs = (int)((weights * Winograd3Shape.Points + MostSums - 1) / MostSums);
        if (runs > Math.Min(MostRuns, Panels<TLane>.Count(s.Outputs)))
        {
            return default;
        }

        long most = Math.Min((long)images * s.Tiles / FewestTiles, Results / (Winograd3Shape.Taps * weights));
        int groups = (int)Math.Clamp(most, 1, Math.Min(MostGroups, images * s.TileRows));
        return (groups, runs);
    }

    public void Execute(int part)
    {
        int inputs = Winograd3Shape.Filled<TLane>(s.Inputs), all = Winograd3Shape.Panelled<TLane>(s.Outputs);
        int panels = Panels<TLane>.Count(s.Outputs), run = part % runs, group = part / runs, width = MicroKernel<TLane>.Columns;
        int column = panels * run / runs * width, outputs = (panels * (run + 1) / runs * width) - column;
        int first = (int)((long)images * s.TileRows * group / groups), end = (int)((long)images * s.TileRows * (group + 1) / groups);
        int tiles = RowsEach * s.TileColumns;
        nint vPoint = Winograd3Shape.Point(tiles, inputs), zPoint = Winograd3Shape.Point(tiles, outputs);
        nint sumPoint = Winograd3Shape.Point(inputs, outputs), copySize = Winograd3Strip<TLane>.Size(s, Math.Min(RowsEach, s.TileRows));
        float* copy = Scratch.Rent(copySize + (Winograd3Shape.Points * (vPoint + zPoint + sumPoint)));
        float* v = copy + copySize, z = v + (Winograd3Shape.Points * vPoint), sum = z + (Winograd3Shape.Points * zPoint);
        for (int from = first; from < end; from += RowsEach)
        {
            int count = Math.Min(RowsEach, end - from);
            Transform(from, count, column, outputs, copy, v, vPoint, z, zPoint);
            for (int i = 0; i < Winograd3Shape.Points; i++)
            {
                Add(v + (i * vPoint), inputs, z + (i * zPoint), outputs, count * s.TileColumns, sum + (i * sumPoint), from == first);
            }
        }

        float* to = partial + ((nint)group * s.Inputs * Winograd3Shape.Taps * all) + column;
        for (int c = 0; c < s.Inputs; c++, sum += outputs, to += Winograd3Shape.Taps * all)
        {
            Winograd3Transforms<TLane>.UTransposed(sum, sumPoint, outputs, to, all, starts: true);
        }
    }

    /// <summary>Rows of tiles from the given one on, counted through all images.</summary>
    private void Transform(int from, int count, int column, int outputs, float* copy, float* v, nint vPoint, float* z, nint zPoint)
    {
        for (int row = from, end = from + count; row < end;)
        {
            int n = row / s.TileRows, first = row % s.TileRows, last = Math.Min(s.TileRows, first + end - row);
            int before = (row - from) * s.TileColumns;
            Winograd3Strip<TLane>.Inputs(s, x, n, first, last, copy, v + ((nint)before * Winograd3Shape.Filled<TLane>(s.Inputs)), vPoint);
            Winograd3Strip<TLane>.Outputs(s, y, n, first, last, column, outputs, copy, z + ((nint)before * outputs), zPoint);
            row += last - first;
        }
    }

    /// <summary>sum[inputs, outputs] (+)= v[tiles, inputs]ᵀ · z[tiles, outputs].</summary>
    private void Add(float* v, int inputs, float* z, int outputs, int tiles, float* sum, bool starts) =>
        MicroKernel<TLane>.Cover(new Tile
        {
            A = v,
            ARow = 1,
            AStep = inputs,
            B = z,
            BStep = outputs,
            Length = tiles,
            Segments = 1,
            Init = starts ? zeros : sum,
            InitRow = starts ? 0 : outputs,
            C = sum,
            CRow = outputs,
        }, s.Inputs, outputs, MicroKernel<TLane>.Columns);
}
