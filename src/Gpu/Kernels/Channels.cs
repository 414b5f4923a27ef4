using ILGPU;
using LisNative.Formulas;

namespace LisNative.Gpu.Kernels;

/// <summary>A <see cref="ChannelNorm"/> in memory.</summary>
internal readonly struct ChannelVectors(
    ArrayView<float> mean, ArrayView<float> variance, ArrayView<float> scale, ArrayView<float> shift, float epsilon)
{
    internal ChannelLine Of(int channel) => new(
        new(mean[channel]), GpuLane.Sqrt(new GpuLane(variance[channel]) + new GpuLane(epsilon)), new(scale[channel]), new(shift[channel]));
}

/// <summary>What one channel's pixels go through: z = (x − mean) / σ · scale + shift.</summary>
internal readonly struct ChannelLine(GpuLane mean, GpuLane deviation, GpuLane scale, GpuLane shift)
{
    /// <summary>σ, and scale / σ.</summary>
    internal readonly GpuLane Deviation = deviation, Factor = scale / deviation;

    internal GpuLane Centred(float x) => new GpuLane(x) - mean;

    internal GpuLane Of(float x) => GpuLane.Fma(Centred(x), Factor, shift);
}

/// <summary>
/// dz of dy and z, by an activation's gradient: a function of z, or, where it is one of the output, of <typeparamref name="TInput"/> of
/// z.
/// </summary>
internal readonly struct ChannelSlope<TInput, TGradient>(TInput input, TGradient gradient)
    where TInput : unmanaged, IUnary
    where TGradient : unmanaged, IBinary
{
    internal GpuLane Of(float dy, GpuLane z) => gradient.Invoke(new GpuLane(dy), input.Invoke(z));
}

/// <summary>The gradient of no activation.</summary>
internal readonly record struct Passed : IBinary
{
    public T Invoke<T>(T dy, T z) where T : struct, Lanes.ILane<T> => dy;

    public double Exact(double dy, double z) => dy;
}

/// <summary>
/// Four rows apart that a thread has on their way from memory together; they end before an index. Neighbouring threads have neighbours.
/// </summary>
internal readonly struct RowsApart(int first, int step, int end)
{
    internal Float4 Load(ArrayView<float> x) => new(Load(x, 0), Load(x, 1), Load(x, 2), Load(x, 3));

    internal int At(int i) => first + (i * step);

    internal bool Has(int i) => At(i) < end;

    private float Load(ArrayView<float> x, int i) => Intrinsics.LoadIf(Has(i), x, At(i));
}

/// <summary>
/// y = activation(z) of pixels [rows, channels] that lie dense. A thread has four rows of one channel, as <see cref="ChannelStep"/> says.
/// </summary>
internal readonly struct NormaliseChannels<TOp>(TOp op, ChannelVectors norm, ArrayView<float> x, ArrayView<float> y, ChannelStep step)
    : IKernel where TOp : unmanaged, IUnary
{
    public void Execute()
    {
        int thread = Grid.GlobalIndex.X;
        if (!step.Has(thread))
        {
            return;
        }

        var line = norm.Of(step.Channel(thread));
        var rows = step.Rows(thread);
        var from = rows.Load(x);
        for (int i = 0; i < 4; i++)
        {
            if (rows.Has(i))
            {
                y[rows.At(i)] = op.Invoke(line.Of(from[i])).Value;
            }
        }
    }
}

/// <summary>How pixels [rows, channels] are dealt to threads: one for each channel of every fourth row.</summary>
internal readonly struct ChannelStep(int rows, int channels)
{
    /// <summary>Threads; a whole number of rows.</summary>
    internal readonly int Threads = (rows + 3) / 4 * channels;

    private readonly int count = rows * channels;
    private readonly Divisor channels = new(channels);

    internal bool Has(int thread) => thread < Threads;

    internal int Channel(int thread)
    {
        channels.Split(ref thread);
        return thread;
    }

    internal RowsApart Rows(int thread) => new(thread, Threads, count);
}

/// <summary>
/// Σ dz · (x − mean) / σ and Σ dz of each channel of a piece, two views of [pieces, channels]; dz is dy, led through the activation.
/// </summary>
internal readonly struct ChannelGradientSums<TInput, TGradient>(
    ChannelSlope<TInput, TGradient> slope, ChannelVectors norm, ArrayView<float> dy, ArrayView<float> x, ChannelPieces pieces,
    ArrayView<float> dots, ArrayView<float> sums) : IKernel
    where TInput : unmanaged, IUnary
    where TGradient : unmanaged, IBinary
{
    public void Execute()
    {
        var shared = SharedMemory.Allocate<float>(GpuBackend.GroupSize);
        int piece = Grid.IdxX / pieces.Tiles.Count, channels = pieces.Channels;
        var own = pieces.Tiles.Place(Grid.IdxX - (piece * pieces.Tiles.Count));
        var line = norm.Of(own.Works ? own.Column : 0);
        GpuLane dot = new(0), sum = new(0);
        if (own.Works)
        {
            int first = piece * pieces.Length, end = (first + pieces.RowsOf(piece)) * channels, step = pieces.Tiles.Rows * channels;
            for (int at = ((first + own.Row) * channels) + own.Column; at < end; at += 4 * step)
            {
                var rows = new RowsApart(at, step, end);
                Float4 given = rows.Load(dy), from = rows.Load(x);
                for (int i = 0; i < 4; i++)
                {
                    if (rows.Has(i))
                    {
                        var dz = slope.Of(given[i], line.Of(from[i]));
                        sum += dz;
                        dot = GpuLane.Fma(dz, line.Centred(from[i]), dot);
                    }
                }
            }
        }

        dot = Tree.Join(default(Sum), shared, dot, pieces.Tiles.Columns, own.InTile);
        sum = Tree.Join(default(Sum), shared, sum, pieces.Tiles.Columns, own.InTile);
        if (own.Works && own.Row == 0)
        {
            int to = (piece * channels) + own.Column;
            dots[to] = (dot / line.Deviation).Value;
            sums[to] = sum.Value;
        }
    }
}

/// <summary>
/// dx = (dz − shift sum / n − (x − mean) / σ · scale sum / n) · scale / σ of pixels that lie dense; of constant moments, which have no
/// sums, dz · scale / σ.
/// </summary>
internal readonly struct ChannelGradient<TInput, TGradient>(
    ChannelSlope<TInput, TGradient> slope, ChannelVectors norm, ArrayView<float> dy, ArrayView<float> x, ArrayView<float> dx,
    ChannelStep step, ArrayView<float> scaleSum, ArrayView<float> shiftSum, float each, int sums) : IKernel
    where TInput : unmanaged, IUnary
    where TGradient : unmanaged, IBinary
{
    public void Execute()
    {
        int thread = Grid.GlobalIndex.X;
        if (!step.Has(thread))
        {
            return;
        }

        int channel = step.Channel(thread);
        var line = norm.Of(channel);
        bool hasSums = sums != 0;
        GpuLane share = new(each), level = new GpuLane(Intrinsics.LoadIf(hasSums, shiftSum, channel)) * share;
        var tilt = new GpuLane(Intrinsics.LoadIf(hasSums, scaleSum, channel)) * share / line.Deviation;
        var rows = step.Rows(thread);
        Float4 given = rows.Load(dy), from = rows.Load(x);
        for (int i = 0; i < 4; i++)
        {
            if (rows.Has(i))
            {
                var dz = slope.Of(given[i], line.Of(from[i]));
                var moved = GpuLane.FmaNegated(line.Centred(from[i]), tilt, dz - level);
                dx[rows.At(i)] = ((hasSums ? moved : dz) * line.Factor).Value;
            }
        }
    }
}
