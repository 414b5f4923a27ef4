namespace LisNative;

internal sealed partial class Kernels : IPoolKernels
{
    /// <summary>Kernels for windows; null where pooling is composed.</summary>
    internal IPoolKernels? Pools => backend is IPoolKernels && !Info.SumsInOrder ? this : null;

    void IPoolKernels.MaxPool2d(Tensor x, PerAxis kernel, ConvGeometry geometry, Tensor y, Tensor? winners)
    {
        using var held = EnterWindows(nameof(IPoolKernels.MaxPool2d), x, kernel, geometry, y, winners, y);
        winners?.Changed();
        if (Writes(y))
        {
            ((IPoolKernels)backend).MaxPool2d(x, kernel, geometry, y, winners);
        }
    }

    void IPoolKernels.GatherWinners(Tensor x, Tensor winners, PerAxis kernel, ConvGeometry geometry, Tensor y)
    {
        using var held = EnterWindows(nameof(IPoolKernels.GatherWinners), x, kernel, geometry, y, winners, y);
        if (Writes(y))
        {
            ((IPoolKernels)backend).GatherWinners(x, winners, kernel, geometry, y);
        }
    }

    void IPoolKernels.ScatterWinners(Tensor y, Tensor winners, PerAxis kernel, ConvGeometry geometry, Tensor x)
    {
        using var held = EnterWindows(nameof(IPoolKernels.ScatterWinners), x, kernel, geometry, y, winners, x);
        if (Writes(x))
        {
            ((IPoolKernels)backend).ScatterWinners(y, winners, kernel, geometry, x);
        }
    }

    private Held EnterWindows(
        string operation, Tensor x, PerAxis kernel, ConvGeometry geometry, Tensor y, Tensor? winners, Tensor result)
    {
        Check(geometry.Pooled(x.Shape, kernel) == y.Shape && (winners is null || winners.Shape == y.Shape), operation, x, winners ?? y, y);
        CheckResult(operation, result);
        return Enter(operation, x, y, winners);
    }
}
