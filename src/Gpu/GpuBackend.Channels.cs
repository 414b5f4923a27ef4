using ILGPU;
using LisNative.Formulas;
using LisNative.Gpu.Kernels;

namespace LisNative.Gpu;

// Channels last, as convolutions have them: neighbouring threads read neighbouring channels of a pixel. Images that lie otherwise are
// copied first.
internal sealed partial class GpuBackend : IChannelKernels
{
    void IChannelKernels.Moments(Tensor x, Tensor mean, Tensor variance)
    {
        using var image = ChannelsLast(x);
        var pieces = new ChannelPieces(RowsOf(x), x.Shape[1]);
        int channels = pieces.Channels, last = pieces.Count - 1;
        using Tensor means = x.Device.Empty([pieces.Count, channels]), squares = x.Device.Empty(means.Shape);
        launcher.Launch(
            new ChannelMoments(Over(image, pieces.Rows, pieces.Length), pieces, Dense(means), Dense(squares)), pieces.Groups);
        launcher.Launch(new JoinedMoments(
            Over(means, last, pieces.Count), Over(squares, pieces.Count, pieces.Count), Dense(means).SubView(last * channels, channels),
            pieces, Dense(mean), Dense(variance)), pieces.Tiles.Count);

        PartialReduction Over(Tensor from, int rows, int length) =>
            new(Dense(from), Dense(from), new(1, 0, rows, channels, channels), length, joins: false);
    }

    void IChannelKernels.NormaliseChannels(Tensor x, ChannelNorm norm, Tensor y)
    {
        using var image = ChannelsLast(x);
        var normal = new Normal(this, image, norm, y);
        _ = norm.Activation?.WithFormula<Normal, bool>(normal) ?? normal.Unary(default(Identity));
    }

    void IChannelKernels.SumChannelGradients(Tensor dy, Tensor x, ChannelNorm norm, Tensor scale, Tensor shift)
    {
        using Tensor given = ChannelsLast(dy), image = ChannelsLast(x);
        ChannelSlopes.Use(norm.Activation, new Sums(this, given, image, norm, scale, shift));
    }

    void IChannelKernels.ChannelGradient(Tensor dy, Tensor x, ChannelNorm norm, Tensor? scaleSum, Tensor? shiftSum, Tensor dx)
    {
        using Tensor given = ChannelsLast(dy), image = ChannelsLast(x);
        ChannelSlopes.Use(norm.Activation, new ToInput(this, given, image, norm, scaleSum, shiftSum, dx));
    }

    private static int RowsOf(Tensor x) => x.Count / x.Shape[1];

    private static ChannelVectors Vectors(ChannelNorm norm) =>
        new(Dense(norm.Mean), Dense(norm.Variance), Dense(norm.Scale), Dense(norm.Shift), (float)norm.Epsilon);

    /// <summary>A thread for each channel of every fourth row of the result, which is copied where it is to lie otherwise.</summary>
    private void EachChannel<TKernel>(Tensor result, Func<ArrayView<float>, ChannelStep, TKernel> kernel) where TKernel : struct, IKernel
    {
        using Tensor last = result.Permute(0, 2, 3, 1), to = last.IsContiguous ? last.Alias() : last.Device.Empty(last.Shape);
        var step = new ChannelStep(RowsOf(result), result.Shape[1]);
        Each(kernel(Dense(to), step), step.Threads);
        if (!last.IsContiguous)
        {
            Copy(to, last);
        }
    }

    private readonly record struct Normal(GpuBackend Gpu, Tensor X, ChannelNorm Norm, Tensor Y) : IFormulaUser<bool>
    {
        public bool Unary<TOp>(TOp op) where TOp : unmanaged, IUnary
        {
            var (x, norm) = (Dense(X), Vectors(Norm));
            Gpu.EachChannel(Y, (y, step) => new NormaliseChannels<TOp>(op, norm, x, y, step));
            return true;
        }

        public bool Binary<TOp>(TOp op) where TOp : unmanaged, IBinary => throw new NotSupportedException();
    }

    private readonly record struct Sums(GpuBackend Gpu, Tensor Dy, Tensor X, ChannelNorm Norm, Tensor Scale, Tensor Shift)
        : IChannelSlopeUser
    {
        /// <summary>Where there is one piece, its sums are the channels'; else they are joined in order.</summary>
        public void Use<TInput, TGradient>(ChannelSlope<TInput, TGradient> slope)
            where TInput : unmanaged, IUnary
            where TGradient : unmanaged, IBinary
        {
            var pieces = new ChannelPieces(RowsOf(X), X.Shape[1]);
            int count = pieces.Count, channels = pieces.Channels;
            using var partial = count > 1 ? X.Device.Empty([2, count, channels]) : null;
            var (dots, sums) = partial is null ? (Dense(Scale), Dense(Shift))
                : (Dense(partial).SubView(0, count * channels), Dense(partial).SubView(count * channels, count * channels));
            Gpu.launcher.Launch(new ChannelGradientSums<TInput, TGradient>(
                slope, Vectors(Norm), Dense(Dy), Dense(X), pieces, dots, sums), pieces.Groups);
            if (count > 1)
            {
                var plan = new ReductionPlan(1, 0, count, channels, channels);
                Gpu.Reduce(default(Sum), X.Device, dots, Dense(Scale), plan, joins: true);
                Gpu.Reduce(default(Sum), X.Device, sums, Dense(Shift), plan, joins: true);
            }
        }
    }

    private readonly record struct ToInput(
        GpuBackend Gpu, Tensor Dy, Tensor X, ChannelNorm Norm, Tensor? ScaleSum, Tensor? ShiftSum, Tensor Dx) : IChannelSlopeUser
    {
        public void Use<TInput, TGradient>(ChannelSlope<TInput, TGradient> slope)
            where TInput : unmanaged, IUnary
            where TGradient : unmanaged, IBinary
        {
            var (dy, x, norm, rows) = (Dense(Dy), Dense(X), Vectors(Norm), RowsOf(X));
            var (scaled, shifted) = (Dense(ScaleSum ?? Norm.Scale), Dense(ShiftSum ?? Norm.Shift));
            int sums = ScaleSum is null ? 0 : 1;
            Gpu.EachChannel(Dx, (dx, step) =>
                new ChannelGradient<TInput, TGradient>(slope, norm, dy, x, dx, step, scaled, shifted, 1f / rows, sums));
        }
    }
}
