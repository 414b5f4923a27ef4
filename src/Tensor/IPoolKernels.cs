namespace LisNative;

/// <summary>
/// Kernels that take the greatest of windows of images, x [N, C, H, W] to y [N, C, P, Q]; a backend without them has it composed of slices.
/// A winner is the number r·S + s of a window's tap of an R×S kernel: the first that is as great as any, or −1 where none lies in the
/// image.
/// </summary>
internal interface IPoolKernels
{
    /// <summary>y = the greatest of each window, −∞ without any, NaN where there is one; and, if they are asked for, the winners.</summary>
    void MaxPool2d(Tensor x, PerAxis kernel, ConvGeometry geometry, Tensor y, Tensor? winners);

    /// <summary>y = x at each window's winner.</summary>
    void GatherWinners(Tensor x, Tensor winners, PerAxis kernel, ConvGeometry geometry, Tensor y);

    /// <summary>The transpose: each y added up at its window's winner, x is zero elsewhere.</summary>
    void ScatterWinners(Tensor y, Tensor winners, PerAxis kernel, ConvGeometry geometry, Tensor x);
}
