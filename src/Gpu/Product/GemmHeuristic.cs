namespace LisNative.Gpu.Product;

/// <summary>The tiles of a tiled product.</summary>
internal enum Tiling
{
    /// <summary>64 × 64 results by 256 threads.</summary>
    Small,

    /// <summary>128 × 32 results by 128 threads.</summary>
    Narrow,

    /// <summary>128 × 64 results by 256 threads.</summary>
    Tall,

    /// <summary>128 × 128 results by 256 threads.</summary>
    Square,
}

/// <summary>
/// How a product is cut: into which tiles, and its sum into how many pieces. By the shape alone, for one GPU of the size of an H100: to
/// choose by time, or by the device, would be to change the order of summation from run to run. The model is of its busiest multiprocessor,
/// which has whole groups only.
/// </summary>
internal readonly record struct GemmHeuristic(Tiling Tiling, int Pieces)
{
    private const double Multiprocessors = 132, MultiplyAddsPerCycle = 128;

    /// <summary>
    /// Cycles: from the load of a step's operands to their use; of a step's barrier and of what shared memory takes to answer, unless other
    /// groups work meanwhile; of a group's first loads and its results; of one more launch.
    /// </summary>
    private const double Latency = 700, Barrier = 250, Ends = 2000, Launch = 4000;

    /// <summary>Bytes a cycle to the level-2 cache and back.</summary>
    private const double Bytes = 2500;

    /// <summary>Terms of the sum in a step, and the fewest in a piece.</summary>
    private const int Step = 8, ShortestPiece = 64, MostPieces = 256;

    /// <summary>
    /// Of each tiling: results of a group, its groups that a multiprocessor's registers hold, and which share of a step's instructions are
    /// multiply-adds (docs/results/gpu-kernels.md).
    /// </summary>
    private static readonly (Tiling Tiling, int Rows, int Columns, int Resident, double Share)[] Tilings =
        [(Tiling.Small, 64, 64, 4, 0.59), (Tiling.Narrow, 128, 32, 4, 0.63), (Tiling.Tall, 128, 64, 2, 0.74),
            (Tiling.Square, 128, 128, 2, 0.86)];

    /// <summary>The fastest by the model; of equals, the first.</summary>
    internal static GemmHeuristic Choose(int layers, int rows, int columns, int depth)
    {
        var (best, least) = (default(GemmHeuristic), double.PositiveInfinity);
        foreach (var (tiling, tileRows, tileColumns, resident, share) in Tilings)
        {
            double tiles = (double)layers * Cut(rows, tileRows) * Cut(columns, tileColumns),
                stepCycles = tileRows * tileColumns * Step / MultiplyAddsPerCycle / share;
            for (int pieces = 1; pieces == 1 || (pieces <= MostPieces && depth / pieces >= ShortestPiece); pieces *= 2)
            {
                double groups = Math.Ceiling(tiles * pieces / Multiprocessors), rounds = Math.Ceiling(groups / resident),
                    steps = Cut(Cut(depth, pieces), Step);
                double cycles = (steps * (Math.Max(groups * stepCycles, rounds * Latency)
                    + (rounds * Barrier / Math.Min(groups, resident)))) + (rounds * Ends)
                    + (pieces == 1 ? 0 : Launch + (2.0 * sizeof(float) * pieces * layers * rows * columns / Bytes));
                if (cycles < least)
                {
                    (best, least) = (new(tiling, pieces), cycles);
                }
            }
        }

        return best;
    }

    private static int Cut(int length, int piece) => (length + piece - 1) / piece;
}
