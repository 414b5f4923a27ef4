using LisNative.Formulas;

namespace LisNative;

public sealed partial class Tensor
{
    /// <summary>op of every element.</summary>
    public Tensor Map<TOp>(TOp op) where TOp : unmanaged, IUnary
    {
        var result = EmptyLike(Shape);
        Device.Kernels.Unary(op, this, result);
        return result;
    }

    /// <summary>op of every pair of elements; both broadcast to a common shape.</summary>
    /// <remarks>The result lies as the first does; for a device that would have channels last, as the second if the first is contiguous: a
    /// gradient as the pixels that it belongs to.</remarks>
    /// <exception cref="ArgumentException">The shapes do not broadcast, or the devices differ.</exception>
    public static Tensor Map<TOp>(TOp op, Tensor a, Tensor b) where TOp : unmanaged, IBinary
    {
        var result = EmptyLike(a, b,
            Shape.TryBroadcast(a.Shape, b.Shape, out var shape) ? shape : throw Shape.Differ(typeof(TOp).Name, a.Shape, b.Shape));
        a.Device.Kernels.Binary(op, a, b, result);
        return result;
    }

    /// <summary>a − b, and in the same pass Σ(a − b)² over all axes but the first, one number a sample: [batch].</summary>
    /// <exception cref="ArgumentException">The shapes or the devices differ.</exception>
    internal static (Tensor Difference, Tensor Squares) Difference(Tensor a, Tensor b)
    {
        if (a.Shape != b.Shape || a.Shape.Rank == 0)
        {
            throw new ArgumentException($"Difference: {a.Shape} and {b.Shape}: expected samples of one shape");
        }

        var difference = EmptyLike(a, b, a.Shape);
        using var squares = a.Device.Empty(a.Shape.Reduced(a.Shape.Axes().AsSpan(1)));
        a.Device.Kernels.Difference(a, b, difference, squares);
        return (difference, squares.Reshape(a.Shape[0]));
    }

    /// <summary>Reduces the given axes (all of them when none is given), which stay as size 1 when <paramref name="keep"/>.</summary>
    public Tensor Reduce<TOp>(TOp op, ReadOnlySpan<int> axes, bool keep = false) where TOp : unmanaged, IReduction
    {
        axes = Shape.Axes(axes);
        var kept = Device.Empty(Shape.Reduced(axes));
        Device.Kernels.Reduce(op, this, kept);
        if (keep)
        {
            return kept;
        }

        using (kept)
        {
            return kept.Reshape(Shape.Without(axes).Sizes);
        }
    }

    /// <summary>All elements of each of some tensors of one device reduced, [tensors].</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    internal static Tensor ReduceEach<TOp>(TOp op, params ReadOnlySpan<Tensor> x) where TOp : unmanaged, IReduction
    {
        var result = x.IsEmpty ? throw new ArgumentException("ReduceEach: nothing to reduce") : x[0].Device.Empty([x.Length]);
        result.Device.Kernels.ReduceEach(op, x, result);
        return result;
    }

    /// <summary>Sums over the axes that broadcasting from <paramref name="shape"/> to this shape stretched: its transpose.</summary>
    /// <exception cref="ArgumentException">That shape does not broadcast to this.</exception>
    public Tensor SumTo(Shape shape)
    {
        if (Shape == shape)
        {
            return Alias();
        }

        if (!Shape.TryBroadcast(shape, Shape, out var both) || both != Shape)
        {
            throw new ArgumentException($"SumTo: {shape} does not broadcast to {Shape}");
        }

        int extra = Shape.Rank - shape.Rank;
        int[] axes = [.. Enumerable.Range(0, Shape.Rank).Where(i => i < extra || shape[i - extra] != Shape[i])];
        using var sum = Reduce(new Sum(), axes, keep: true);
        return sum.Reshape(shape.Sizes);
    }

    /// <summary>Matrix product of [..., m, k] and [..., k, n]; leading axes broadcast.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit; the message names both.</exception>
    public static Tensor MatMul(Tensor a, Tensor b, Epilogue epilogue = default)
    {
        if (a.Shape.Rank < 2 || b.Shape.Rank < 2 || a.Shape[^1] != b.Shape[^2])
        {
            throw new ArgumentException(
                $"MatMul: {a.Shape} times {b.Shape}: both need two axes, and the last of the first must equal the last but one of the "
                + "second");
        }

        int m = a.Shape[^2], k = a.Shape[^1], n = b.Shape[^1];
        if (!Shape.TryBroadcast([.. a.Shape.Sizes[..^2]], [.. b.Shape.Sizes[..^2]], out var batch))
        {
            throw new ArgumentException($"MatMul: {a.Shape} times {b.Shape}: expected leading axes that are equal or 1");
        }

        Shape shape = [.. batch.Sizes, m, n];
        var result = a.Device.Empty(shape);
        using var x = a.Expand([.. batch.Sizes, m, k]);
        using var y = b.Expand([.. batch.Sizes, k, n]);
        a.Device.Kernels.MatMul(x, y, result, epilogue);
        return result;
    }

    /// <summary>Convolution of x [N, C, H, W] with w [K, C, R, S]: [N, K, P, Q].</summary>
    /// <exception cref="ArgumentException">The shapes do not fit; the message names both.</exception>
    public static Tensor Conv2d(Tensor x, Tensor w, ConvGeometry geometry, Epilogue epilogue = default)
    {
        var shape = geometry.Output(x.Shape, w.Shape);
        var result = Convolved(x.Device, shape, geometry, epilogue);
        x.Device.Kernels.Conv2d(x, w, result, geometry, epilogue);
        return result;
    }

    /// <summary>The transpose of <see cref="Conv2d"/> in x: y [N, K, P, Q] with w [K, C, R, S] to the given [N, C, H, W].</summary>
    /// <exception cref="ArgumentException">No convolution with this weight takes that shape to y's.</exception>
    public static Tensor ConvTranspose2d(Tensor y, Tensor w, Shape shape, ConvGeometry geometry, Epilogue epilogue = default)
    {
        if (geometry.Output(shape, w.Shape) is var expected && expected != y.Shape)
        {
            throw new ArgumentException(
                $"ConvTranspose2d: a convolution of {shape} with weight {w.Shape} gives {expected}, but the input is {y.Shape}");
        }

        var result = Convolved(y.Device, shape, geometry, epilogue);
        y.Device.Kernels.ConvTranspose2d(y, w, result, geometry, epilogue);
        return result;
    }

    /// <summary>The transpose of <see cref="Conv2d"/> in w: x [N, C, H, W] with y [N, K, P, Q] to the given [K, C, R, S].</summary>
    /// <exception cref="ArgumentException">No convolution of x with a weight of that shape gives y's shape.</exception>
    public static Tensor Conv2dWeight(Tensor x, Tensor y, Shape shape, ConvGeometry geometry)
    {
        if (geometry.Output(x.Shape, shape) is var expected && expected != y.Shape)
        {
            throw new ArgumentException(
                $"Conv2dWeight: a convolution of {x.Shape} with weight {shape} gives {expected}, but the output is {y.Shape}");
        }

        var result = EmptyWeight(x.Device, shape);
        x.Device.Kernels.Conv2dWeight(x, y, result, geometry);
        return result;
    }

    /// <summary>The rows (positions of axis 0) with the given numbers, in that order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public Tensor Gather(ReadOnlySpan<int> rows)
    {
        var result = Device.Empty([rows.Length, .. Shape.Without(0).Sizes]);
        Device.Kernels.Gather(this, rows, result);
        return result;
    }

    /// <summary>
    /// The transpose of <see cref="Gather(ReadOnlySpan{int})"/>: zeros of <paramref name="count"/> rows, with row i of this added to row
    /// rows[i].
    /// </summary>
    /// <exception cref="ArgumentException">The numbers of rows differ.</exception>
    public Tensor ScatterAdd(ReadOnlySpan<int> rows, int count)
    {
        var result = Device.Zeros([count, .. Shape.Without(0).Sizes]);
        Device.Kernels.ScatterAdd(this, rows, result);
        return result;
    }

    /// <summary>Memory for images [N, C, H, W], or a weight [K, C, R, S], with the channels innermost.</summary>
    internal static Tensor EmptyImages(Device device, Shape shape) => new(device, shape, Layout.ChannelsLast(shape));

    /// <summary>Memory for a convolution's weight [K, C, R, S] in the order that the device wants.</summary>
    internal static Tensor EmptyWeight(Device device, Shape shape) =>
        device.Backend.Info.WantsChannelsLast ? EmptyImages(device, shape) : device.Empty(shape);

    /// <summary>Where a convolution's result goes: over its gate, or into memory of its own.</summary>
    private static Tensor Convolved(Device device, Shape shape, ConvGeometry geometry, Epilogue epilogue) =>
        epilogue.Gate is { MayOverwrite: true, Output: var gate } && device.Backend.WritesOverGate(geometry)
            && gate.Strides.SequenceEqual(Layout.ChannelsLast(shape))
            ? gate.Alias() : EmptyImages(device, shape);

    /// <summary>Memory for what is computed from a and b, in the order that <see cref="Map{TOp}(TOp, Tensor, Tensor)"/> says.</summary>
    private static Tensor EmptyLike(Tensor a, Tensor b, Shape shape)
    {
        bool isOrderOfB = a.Shape != shape || (b.Shape == shape && a.IsContiguous && a.Device.Kernels.Info.WantsChannelsLast);
        return (isOrderOfB ? b : a).EmptyLike(shape);
    }
}
