namespace LisNative;

internal sealed partial class Kernels : IChannelKernels
{
    /// <summary>Kernels for channels; null where batch normalisation is composed.</summary>
    internal IChannelKernels? Channels => backend is IChannelKernels && !Info.SumsInOrder ? this : null;

    void IChannelKernels.Moments(Tensor x, Tensor mean, Tensor variance)
    {
        using var held = EnterChannels(nameof(IChannelKernels.Moments), [x], mean, variance);
        variance.Changed();
        if (Writes(mean))
        {
            ((IChannelKernels)backend).Moments(x, mean, variance);
        }
    }

    void IChannelKernels.NormaliseChannels(Tensor x, ChannelNorm norm, Tensor y)
    {
        using var held = EnterChannels(nameof(IChannelKernels.NormaliseChannels), [x, y]);
        CheckResult(nameof(IChannelKernels.NormaliseChannels), y);
        using var vectors = EnterNorm(nameof(IChannelKernels.NormaliseChannels), x, norm);
        if (Writes(y))
        {
            ((IChannelKernels)backend).NormaliseChannels(x, norm, y);
        }
    }

    void IChannelKernels.SumChannelGradients(Tensor dy, Tensor x, ChannelNorm norm, Tensor scale, Tensor shift)
    {
        using var held = EnterChannels(nameof(IChannelKernels.SumChannelGradients), [x, dy], scale, shift);
        using var vectors = EnterNorm(nameof(IChannelKernels.SumChannelGradients), x, norm);
        shift.Changed();
        if (Writes(scale))
        {
            ((IChannelKernels)backend).SumChannelGradients(dy, x, norm, scale, shift);
        }
    }

    void IChannelKernels.ChannelGradient(Tensor dy, Tensor x, ChannelNorm norm, Tensor? scaleSum, Tensor? shiftSum, Tensor dx)
    {
        using var held = EnterChannels(nameof(IChannelKernels.ChannelGradient), [x, dy, dx], scaleSum, shiftSum);
        CheckResult(nameof(IChannelKernels.ChannelGradient), dx);
        using var vectors = EnterNorm(nameof(IChannelKernels.ChannelGradient), x, norm);
        if (Writes(dx))
        {
            ((IChannelKernels)backend).ChannelGradient(dy, x, norm, scaleSum, shiftSum, dx);
        }
    }

    private Held EnterNorm(string operation, Tensor x, ChannelNorm norm) =>
        EnterChannels(operation, [x], norm.Mean, norm.Variance, norm.Scale, norm.Shift);

    /// <summary>Images of one shape, and contiguous vectors with a number for each channel.</summary>
    private Held EnterChannels(string operation, scoped ReadOnlySpan<Tensor> images, params scoped ReadOnlySpan<Tensor?> vectors)
    {
        var x = images[0];
        foreach (var image in images)
        {
            Check(image.Shape.Rank == 4 && image.Shape == x.Shape, operation, x, image);
        }

        foreach (var vector in vectors)
        {
            Check(vector is null || (vector.Shape == [x.Shape[1]] && vector.IsContiguous), operation, x, vector ?? x);
        }

        Tensor?[] all = [.. images, .. vectors];
        return Enter(operation, all);
    }
}
