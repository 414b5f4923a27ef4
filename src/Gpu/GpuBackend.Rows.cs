using LisNative.Gpu.Kernels;

namespace LisNative.Gpu;

internal sealed partial class GpuBackend
{
    void IRowKernels.Softmax(Tensor x, Tensor y) => Row(new Softmax(Dense(x), Dense(y), y.Shape[^1]), y);

    void IRowKernels.SoftmaxGradient(Tensor dy, Tensor y, Tensor dx) =>
        Row(new SoftmaxGradient(Dense(dy), Dense(y), Dense(dx), dx.Shape[^1]), dx);

    void IRowKernels.Normalise(Tensor x, double epsilon, Tensor? scale, Tensor? shift, Tensor y) =>
        Row(new Normalise(
            Dense(x), Dense(y), y.Shape[^1], (float)epsilon, Dense(scale ?? x), Dense(shift ?? x), scale is null ? 0 : 1), y);

    void IRowKernels.NormaliseGradient(Tensor dy, Tensor x, double epsilon, Tensor dx) =>
        Row(new NormaliseGradient(Dense(dy), Dense(x), Dense(dx), dx.Shape[^1], (float)epsilon), dx);

    /// <summary>A group for each row of the result.</summary>
    private void Row<TKernel>(TKernel kernel, Tensor y) where TKernel : struct, IKernel => launcher.Launch(kernel, y.Count / y.Shape[^1]);
}
