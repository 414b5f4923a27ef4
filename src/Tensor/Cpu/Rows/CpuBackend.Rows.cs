namespace LisNative.Cpu;

internal sealed unsafe partial class CpuBackend<TLane>
{
    void IRowKernels.Softmax(Tensor x, Tensor y) => Run(y, (rows, length) => new SoftmaxRows<TLane>(Data(x), Data(y), rows, length));

    void IRowKernels.SoftmaxGradient(Tensor dy, Tensor y, Tensor dx) =>
        Run(dx, (rows, length) => new SoftmaxGradientRows<TLane>(Data(dy), Data(y), Data(dx), rows, length));

    void IRowKernels.Normalise(Tensor x, double epsilon, Tensor? scale, Tensor? shift, Tensor y) => Run(y, (rows, length) =>
        new NormalRows<TLane>(
            Data(x), Data(y), rows, length, epsilon, scale is null ? null : Data(scale), shift is null ? null : Data(shift)));

    void IRowKernels.NormaliseGradient(Tensor dy, Tensor x, double epsilon, Tensor dx) =>
        Run(dx, (rows, length) => new NormalGradientRows<TLane>(Data(dy), Data(x), Data(dx), rows, length, epsilon));

    private void Run<TTask>(Tensor y, Func<int, int, TTask> task) where TTask : unmanaged, ITask
    {
        int length = y.Shape[^1], rows = y.Count / length;
        workers.Run(RowBlock<TLane>.Parts(rows, length), task(rows, length));
    }
}
