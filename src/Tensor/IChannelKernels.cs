namespace LisNative;

/// <summary>
/// Kernels that take images x [N, C, H, W] channel by channel, over N, H and W; a backend without them has batch normalisation composed.
/// </summary>
internal interface IChannelKernels
{
    /// <summary>The mean of each channel and its biased variance, [C].</summary>
    void Moments(Tensor x, Tensor mean, Tensor variance);

    /// <summary>y = activation(z) with z = (x − mean) / σ · scale + shift and σ² = variance + ε.</summary>
    void NormaliseChannels(Tensor x, ChannelNorm norm, Tensor y);

    /// <summary>scale = Σ dz·(x − mean) / σ and shift = Σ dz of each channel, with dz = dy, led through the activation.</summary>
    void SumChannelGradients(Tensor dy, Tensor x, ChannelNorm norm, Tensor scale, Tensor shift);

    /// <summary>
    /// dx = dz · scale / σ of constant moments. Of the moments of x itself, of which each channel has n elements and those sums, dx =
    /// (dz − shift sum / n − (x − mean) / σ · scale sum / n) · scale / σ.
    /// </summary>
    void ChannelGradient(Tensor dy, Tensor x, ChannelNorm norm, Tensor? scaleSum, Tensor? shiftSum, Tensor dx);
}

/// <summary>What normalises channels: moments, scale and shift, contiguous [C], and what follows.</summary>
internal readonly record struct ChannelNorm(
    Tensor Mean, Tensor Variance, Tensor Scale, Tensor Shift, double Epsilon, Activation? Activation);
