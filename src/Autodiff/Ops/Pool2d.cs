namespace LisNative;

// Windows step over [N, C, H, W] as a convolution's kernel does. The greatest of a window is where its winner is: scattering and gathering
// by winners are linear, and each other's gradients. A mean is a convolution of each channel with ones.
public partial class Var
{
    /// <summary>
    /// The greatest of each window of [N, C, H, W]; dy goes to the first pixel that is as great as any, in the order of rows.
    /// </summary>
    /// <param name="kernel">Height and width of a window.</param>
    /// <param name="stride">Distance between neighbouring windows.</param>
    /// <param name="padding">Pixels around the image, less than a window and never the greatest.</param>
    /// <param name="dilation">Distance between neighbouring pixels of a window.</param>
    /// <param name="ceiling">Whether windows count that the image ends in, if they begin in the image or before it.</param>
    /// <exception cref="ArgumentException">The window does not fit.</exception>
    public Var MaxPool2d(PerAxis kernel, PerAxis stride, Pads padding = default, PerAxis dilation = default, bool ceiling = false) =>
        MaxPool2d(kernel, new ConvGeometry(stride, padding, dilation), ceiling);

    internal Var MaxPool2d(PerAxis kernel, ConvGeometry geometry, bool ceiling)
    {
        geometry = geometry.Windows(Shape, kernel, ceiling);
        var shape = geometry.Pooled(Shape, kernel);
        if (Value.Device.Kernels.Pools is not { } pools)
        {
            return Windows(kernel, geometry, shape).Aggregate(Max);
        }

        var y = new Var(Images(shape));
        if (!NeedsGradient || NoGrad.IsActive)
        {
            pools.MaxPool2d(Value, kernel, geometry, y.Value, null);
            return y;
        }

        var winners = Images(shape);
        pools.MaxPool2d(Value, kernel, geometry, y.Value, winners);
        return y.WithEdges((this, Scatter));

        Tensor Images(Shape sizes) => Tensor.EmptyImages(Value.Device, sizes);

        Var Scatter(Var dy)
        {
            var dx = new Var(Images(Shape));
            pools.ScatterWinners(dy.Value, winners, kernel, geometry, dx.Value);
            return dx.WithEdges((dy, Gather));
        }

        Var Gather(Var dz)
        {
            var z = new Var(Images(shape));
            pools.GatherWinners(dz.Value, winners, kernel, geometry, z.Value);
            return z.WithEdges((dz, Scatter));
        }
    }

    /// <summary>The mean of each window of [N, C, H, W].</summary>
    /// <param name="kernel">Height and width of a window.</param>
    /// <param name="stride">Distance between neighbouring windows.</param>
    /// <param name="padding">Zeros around the image, less than a window.</param>
    /// <param name="ceiling">Whether windows count that the image ends in, if they begin in the image or before it.</param>
    /// <param name="countsPadding">Whether a mean is over the padding, too; over what lies beyond it never.</param>
    /// <exception cref="ArgumentException">The window does not fit.</exception>
    public Var AvgPool2d(PerAxis kernel, PerAxis stride, Pads padding = default, bool ceiling = false, bool countsPadding = true) =>
        AvgPool2d(kernel, new ConvGeometry(stride, padding), ceiling, countsPadding);

    internal Var AvgPool2d(PerAxis kernel, ConvGeometry geometry, bool ceiling, bool countsPadding)
    {
        var windows = geometry.Windows(Shape, kernel, ceiling);
        var (asked, all) = (geometry.Padding, windows.Padding);
        Pads counted = !countsPadding ? 0
            : asked with { Bottom = Math.Min(asked.Bottom, all.Bottom), Right = Math.Min(asked.Right, all.Right) };
        var sums = Sums(this, kernel, windows);
        if (all == counted)
        {
            return sums / ((double)kernel.H * kernel.W);
        }

        var ones = Value.Device.Full(
            [1, 1, Shape[2] + counted.Top + counted.Bottom, Shape[3] + counted.Left + counted.Right], 1);
        return sums / Sums(ones, kernel, windows with
        {
            Padding = new(all.Top - counted.Top, all.Left - counted.Left, all.Bottom - counted.Bottom, all.Right - counted.Right),
        });
    }

    /// <summary>The sum of each window.</summary>
    private static Var Sums(Var x, PerAxis kernel, ConvGeometry windows) => Conv2d(
        x, x.Value.Device.Full([x.Shape[1], 1, kernel.H, kernel.W], 1), windows with { Groups = Math.Max(1, x.Shape[1]) });

    /// <summary>For each tap its pixels of all windows.</summary>
    private IEnumerable<Var> Windows(PerAxis kernel, ConvGeometry g, Shape shape)
    {
        var p = g.Padding;
        var x = p == 0 ? this : Pad([0, 0, p.Top, p.Left], [0, 0, p.Bottom, p.Right], double.NegativeInfinity);
        return from r in Enumerable.Range(0, kernel.H)
               from s in Enumerable.Range(0, kernel.W)
               select x.Slice(2, r * g.Dilation.H, shape[2], g.Stride.H).Slice(3, s * g.Dilation.W, shape[3], g.Stride.W);
    }
}
