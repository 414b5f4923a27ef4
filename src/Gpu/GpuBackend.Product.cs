using LisNative.Gpu.Product;

namespace LisNative.Gpu;

internal sealed partial class GpuBackend
{
    /// <summary>Groups that keep a large GPU busy.</summary>
    internal const int ManyGroups = 256;

    /// <summary>The fewest terms of a sum worth a piece of its own.</summary>
    private const int ShortestPiece = 128;

    public void MatMul(Tensor a, Tensor b, Tensor y, Epilogue epilogue)
    {
        int m = a.Shape[^2], depth = a.Shape[^1], n = b.Shape[^1];
        using Tensor left = a.Reshape(-1, m, depth), right = b.Reshape(-1, depth, n), result = y.Reshape(-1, m, n);
        var (fused, after) = FusedEpilogue.Split(epilogue);
        using var gate = fused.Gate?.Output.Reshape(-1, m, n);
        int layers = result.Shape[0];
        var target = MatrixTarget(
            StridedImage.OfMatrices(View(result), result), m, fused, gate is null ? null : StridedImage.OfMatrices(View(gate), gate));
        bool fours = AreFours(left, left.Strides[2] == 1 ? 2 : 1) && AreFours(right, right.Strides[1] == 1 ? 1 : 2);
        Action multiply = fours ? Left<Fours> : Left<Singles>;
        multiply();
        after.Apply(this, y, y.Shape.Rank - 1);

        void Left<TWidth>() where TWidth : struct, IWidth
        {
            if (left.Strides[2] == 1)
            {
                Right<Matrix<AlongDepth, TWidth>, TWidth>(Matrices<AlongDepth, TWidth>(left, 1, 2));
            }
            else
            {
                Right<Matrix<AlongRows, TWidth>, TWidth>(Matrices<AlongRows, TWidth>(left, 1, 2));
            }
        }

        void Right<TLeft, TWidth>(TLeft x)
            where TLeft : struct, IOperand<TLeft>
            where TWidth : struct, IWidth
        {
            if (right.Strides[1] == 1)
            {
                Multiply(y.Device, target, x, Matrices<AlongDepth, TWidth>(right, 2, 1), layers, n, depth);
            }
            else
            {
                Multiply(y.Device, target, x, Matrices<AlongRows, TWidth>(right, 2, 1), layers, n, depth);
            }
        }
    }

    public void Conv2d(Tensor x, Tensor w, Tensor y, ConvGeometry geometry, Epilogue epilogue)
    {
        using var filters = ChannelsLast(w);
        int outputs = w.Shape[0], depth = w.Shape[1] * w.Shape[2] * w.Shape[3];
        var window = WindowOf(w, geometry, transposed: false, w.Shape[1]);
        Action convolve = IsVectorised && depth % 4 == 0 && filters.Offset % 4 == 0 ? With<Fours> : With<Singles>;
        convolve();

        void With<TWidth>() where TWidth : struct, IWidth => Convolve(
            x, window, new Matrix<AlongDepth, TWidth>(View(filters), filters.Offset, 0, outputs, depth, depth, 1), y, 1, epilogue);
    }

    public void ConvTranspose2d(Tensor y, Tensor w, Tensor x, ConvGeometry geometry, Epilogue epilogue)
    {
        using var filters = ChannelsLast(w);
        var window = WindowOf(w, geometry, transposed: true, w.Shape[0]);
        int outputs = w.Shape[1];
        Action convolve = IsVectorised && outputs % 4 == 0 && filters.Offset % 4 == 0 ? With<Fours> : With<Singles>;
        convolve();

        void With<TWidth>() where TWidth : struct, IWidth => Convolve(
            y, window, new Filters<TWidth>(Dense(filters), window, w.Shape[2], w.Shape[3], outputs), x, geometry.Stride, epilogue);
    }

    public void Conv2dWeight(Tensor x, Tensor y, Tensor w, ConvGeometry geometry)
    {
        using Tensor inOrder = w.Permute(0, 2, 3, 1), result = inOrder.IsContiguous ? inOrder.Alias()
            : w.Device.Empty(inOrder.Shape), pixels = ChannelsLast(y), images = Images(x);
        int outputs = w.Shape[0], positions = w.Count / outputs, count = y.Count / outputs;
        var window = WindowOf(w, geometry, transposed: false, w.Shape[1]);
        // Positions are the rows: there are more of them than filters.
        var target = MatrixTarget(new(View(result), result.Offset, 1, 0, 0, positions), positions);
        Action multiply = (IsVectorised && outputs % 4 == 0 && pixels.Offset % 4 == 0, AreAligned(images)) switch
        {
            (true, true) => With<Fours, Fours>,
            (true, false) => With<Fours, Singles>,
            (false, true) => With<Singles, Fours>,
            _ => With<Singles, Singles>,
        };
        multiply();
        if (!inOrder.IsContiguous)
        {
            Copy(result, inOrder);
        }

        void With<TPixels, TImages>()
            where TPixels : struct, IWidth
            where TImages : struct, IWidth => Multiply(
            w.Device, target,
            new ImplicitIm2Col<AlongRows, TImages>(new(View(images), images), window, y.Shape[0], y.Shape[2], y.Shape[3]),
            new Matrix<AlongRows, TPixels>(View(pixels), pixels.Offset, 0, outputs, 1, count, outputs), 1, outputs, count);
    }

    /// <summary>A batch of matrices as a factor: which axis has its rows, and along which the sum is.</summary>
    private static Matrix<TAlong, TWidth> Matrices<TAlong, TWidth>(Tensor x, int rows, int depth)
        where TAlong : struct, IAlong
        where TWidth : struct, IWidth =>
        new(View(x), x.Offset, x.Strides[0], x.Shape[rows], x.Strides[rows], x.Shape[depth], x.Strides[depth]);

    /// <summary>Whether a product of so many columns would leave most of a tile empty, and has a kernel of its own.</summary>
    private bool IsSlim(int columns) => IsVectorised && columns <= 4;

    private bool IsVectorised => variant > ProductVariant.Tiled;

    private static Window WindowOf(Tensor w, ConvGeometry geometry, bool transposed, int channels) =>
        new(new(w.Shape[2], geometry.Down, transposed), new(w.Shape[3], geometry.Across, transposed), channels);

    /// <summary>The same elements with axis 1 innermost in memory; another handle if they lie so already.</summary>
    private static Tensor ChannelsLast(Tensor x)
    {
        using Tensor last = x.Permute(0, 2, 3, 1), packed = last.Contiguous();
        return packed.Permute(0, 3, 1, 2);
    }

    /// <summary>Images as convolutions read them: where channels can be loaded in fours, they must lie so.</summary>
    private Tensor Images(Tensor x) => IsVectorised && x.Shape[1] % 4 == 0 ? ChannelsLast(x) : x.Alias();

    /// <summary>Whether four channels from a multiple of four on are 16 aligned bytes.</summary>
    private bool AreAligned(Tensor images) =>
        IsVectorised && images.Strides[1] == 1 && images.Shape[1] % 4 == 0
        && ((images.Offset | images.Strides[0] | images.Strides[2] | images.Strides[3]) & 3) == 0;

    /// <summary>Images as a convolution's result: a grid of pixels in each phase.</summary>
    private static EpilogueTarget ImageTarget(Tensor y, PerAxis phases, Epilogue epilogue, out int gridRows, out int gridColumns)
    {
        (gridRows, gridColumns) = ((y.Shape[2] + phases.H - 1) / phases.H, (y.Shape[3] + phases.W - 1) / phases.W);
        return new(new(View(y), y), (y.Shape[0], gridRows, gridColumns), (phases.H, phases.W, y.Shape[2], y.Shape[3]), epilogue, View,
            epilogue.Gate is { Output: var gate } ? new(View(gate), gate) : null);
    }

    /// <summary>Matrices as a product's result, so many rows in each layer.</summary>
    private static EpilogueTarget MatrixTarget(StridedImage y, int rows, Epilogue epilogue = default, StridedImage? gate = null) =>
        new(y, (rows, 1, 1), (1, 1, int.MaxValue, int.MaxValue), epilogue, View, gate);

    /// <summary>Both convolutions: images times filters, a layer for each phase.</summary>
    private void Convolve<TFilters>(Tensor x, Window window, TFilters filters, Tensor y, PerAxis phases, Epilogue epilogue)
        where TFilters : struct, IOperand<TFilters>
    {
        var (fused, after) = FusedEpilogue.Split(epilogue);
        using var images = Images(x);
        var target = ImageTarget(y, phases, fused, out int gridRows, out int gridColumns);
        Action multiply = AreAligned(images) ? With<Fours> : With<Singles>;
        multiply();
        after.Apply(this, y, 1);

        void With<TWidth>() where TWidth : struct, IWidth => Multiply(
            y.Device, target, new ImplicitIm2Col<AlongDepth, TWidth>(new(View(images), images), window, y.Shape[0], gridRows, gridColumns),
            filters, window.Phases, y.Shape[1], window.Deepest);
    }

    /// <summary>Whether a batch of matrices can be read along an axis in aligned words of four.</summary>
    private bool AreFours(Tensor x, int along)
    {
        bool others = Enumerable.Range(0, x.Shape.Rank).All(i => i == along || x.Shape[i] == 1 || x.Strides[i] % 4 == 0);
        return IsVectorised && x.Strides[along] == 1 && x.Shape[along] % 4 == 0 && x.Offset % 4 == 0 && others;
    }

    /// <summary>
    /// Chooses by shape alone: kernels of their own for four columns and fewer, else tiles and pieces of the sum by
    /// <see cref="GemmHeuristic"/>, where <paramref name="depth"/> is that of the deepest layer.
    /// </summary>
    private void Multiply<TLeft, TRight>(Device device, EpilogueTarget target, TLeft left, TRight right, int layers, int columns, int depth)
        where TLeft : struct, IOperand<TLeft>
        where TRight : struct, IOperand<TRight>
    {
        if (variant == ProductVariant.Naive)
        {
            Each(new NaiveProduct<TLeft, TRight>(Whole(), left, right), (long)layers * target.Rows * Whole().Fours);
        }
        else if (IsSlim(columns) && TLeft.AlongDepth)
        {
            OneTile(SlimProduct<TLeft, TRight>.Rows, SlimProduct<TLeft, TRight>.Columns,
                p => new SlimProduct<TLeft, TRight>(p, left, right));
        }
        else if (IsSlim(columns) && !TRight.AlongDepth)
        {
            OneTile(OuterProduct<TLeft, TRight>.Rows, OuterProduct<TLeft, TRight>.Columns,
                p => new OuterProduct<TLeft, TRight>(p, left, right));
        }
        else if (variant == ProductVariant.TensorCore)
        {
            OneTile(TensorCoreProduct<TLeft, TRight>.Rows, TensorCoreProduct<TLeft, TRight>.Columns,
                p => new TensorCoreProduct<TLeft, TRight>(p, left, right));
        }
        else
        {
            var (tiling, pieces) = Cut(layers, target.Rows, columns, depth);
            Action<int> multiply = tiling switch
            {
                Tiling.Small => Tiled<Tile4x4, Threads16x16>,
                Tiling.Narrow => Tiled<Tile8x4, Threads16x8>,
                Tiling.Tall => Tiled<Tile8x4, Threads16x16>,
                _ => Tiled<Tile8x8, Threads16x16>,
            };
            multiply(pieces);
        }

        void Tiled<TTile, TThreads>(int pieces)
            where TTile : struct, ITile<TTile>
            where TThreads : struct, IThreads =>
            InPieces(pieces, LeftSide<TTile, TThreads>.Rows, RightSide<TTile, TThreads>.Rows, LeftSide<TTile, TThreads>.Threads,
                p => new TiledProduct<TTile, TThreads, TLeft, TRight>(p, left, right));

        // Kernels of one tile: as many pieces as keep the device busy.
        void OneTile<TKernel>(int rowsOfTile, int columnsOfTile, Func<Problem, TKernel> kernel) where TKernel : struct, IKernel =>
            InPieces((int)Math.Clamp(ManyGroups / Whole().Groups(rowsOfTile, columnsOfTile), 1, Math.Max(1, depth / ShortestPiece)),
                rowsOfTile, columnsOfTile, GroupSize, kernel);

        Problem Whole() => new(target, layers, columns, 1, int.MaxValue / 2);

        void InPieces<TKernel>(int wanted, int rowsOfTile, int columnsOfTile, int threads, Func<Problem, TKernel> kernel)
            where TKernel : struct, IKernel
        {
            int length = Math.Max(1, (((depth + wanted - 1) / wanted) + 7) / 8 * 8), pieces = Math.Max(1, (depth + length - 1) / length);
            if (pieces == 1)
            {
                launcher.Launch(kernel(Whole()), Whole().Groups(rowsOfTile, columnsOfTile), threads);
                return;
            }

            // Pieces are written as they are; whoever joins them has the epilogue.
            using var scratch = device.Empty([pieces * layers, target.Rows, 4 * Whole().Fours]);
            var apart = new Problem(
                MatrixTarget(StridedImage.OfMatrices(View(scratch), scratch), target.Rows), layers, columns, pieces, length);
            launcher.Launch(kernel(apart), apart.Groups(rowsOfTile, columnsOfTile), threads);
            var join = new SplitKReduce(new(target, layers, columns, pieces, length), Dense(scratch));
            launcher.Launch(join, join.Groups);
        }
    }
}
