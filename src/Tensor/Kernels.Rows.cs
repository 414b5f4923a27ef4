namespace LisNative;

internal sealed partial class Kernels : IRowKernels
{
    /// <summary>Kernels for whole rows; null where these operations are composed.</summary>
    internal IRowKernels? Rows => backend is IRowKernels && !Info.SumsInOrder ? this : null;

    void IRowKernels.Softmax(Tensor x, Tensor y)
    {
        using var held = EnterRows(nameof(IRowKernels.Softmax), x, y);
        if (Writes(y))
        {
            ((IRowKernels)backend).Softmax(x, y);
        }
    }

    void IRowKernels.SoftmaxGradient(Tensor dy, Tensor y, Tensor dx)
    {
        using var held = EnterRows(nameof(IRowKernels.SoftmaxGradient), dy, y, dx);
        if (Writes(dx))
        {
            ((IRowKernels)backend).SoftmaxGradient(dy, y, dx);
        }
    }

    void IRowKernels.Normalise(Tensor x, double epsilon, Tensor? scale, Tensor? shift, Tensor y)
    {
        using var held = EnterRows(nameof(IRowKernels.Normalise), x, y);
        using var scales = Enter(nameof(IRowKernels.Normalise), scale, shift);
        Check((scale is null) == (shift is null) && (scale is null || (scale.Shape == [x.Shape[^1]] && shift!.Shape == scale.Shape
            && scale.IsContiguous && shift.IsContiguous)), nameof(IRowKernels.Normalise), scale ?? x, shift ?? x, x, y);
        if (Writes(y))
        {
            ((IRowKernels)backend).Normalise(x, epsilon, scale, shift, y);
        }
    }

    void IRowKernels.NormaliseGradient(Tensor dy, Tensor x, double epsilon, Tensor dx)
    {
        using var held = EnterRows(nameof(IRowKernels.NormaliseGradient), dy, x, dx);
        if (Writes(dx))
        {
            ((IRowKernels)backend).NormaliseGradient(dy, x, epsilon, dx);
        }
    }

    /// <summary>Contiguous tensors of one shape.</summary>
    private Held EnterRows(string operation, params ReadOnlySpan<Tensor> tensors)
    {
        foreach (var tensor in tensors)
        {
            Check(tensor.Shape.Rank > 0 && tensor.Shape == tensors[0].Shape, operation, tensors);
            CheckContiguous(operation, tensor);
        }

        return Enter(operation, tensors!);
    }
}
