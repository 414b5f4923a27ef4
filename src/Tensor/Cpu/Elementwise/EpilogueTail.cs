using LisNative.Formulas;
using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>The element-wise end of a kernel, in place while its results are in cache.</summary>
/// <param name="activation">Applied first.</param>
/// <param name="gate">In the memory order of the results, or null; see <see cref="Epilogue.Gate"/>.</param>
internal readonly unsafe struct EpilogueTail(Activation activation, float* gate)
{
    internal bool IsEmpty => activation == Activation.None && gate == null;

    /// <summary>Whether the results go where the gate is.</summary>
    internal bool IsInPlace(float* results) => gate == results;

    internal void Apply<TLane>(float* results, nint offset, int n) where TLane : unmanaged, IVectorLane<TLane> => Apply<TLane>(results + offset, results, offset, n);

    /// <summary>From elsewhere: results whose place the gate still has.</summary>
    internal void Apply<TLane>(float* from, float* results, nint offset, int n) where TLane : unmanaged, IVectorLane<TLane>
    {
        float* y = results + offset;
        switch (activation)
        {
            case Activation.LeakyRelu: new Elementwise.UnaryRow<TLane, LeakyRelu>(new LeakyRelu(Epilogue.Slope)).Run(from, from, null, n); break;
            case Activation.Sigmoid: new Elementwise.UnaryRow<TLane, Sigmoid>(default).Run(from, from, null, n); break;
            case Activation.Tanh: new Elementwise.UnaryRow<TLane, Tanh>(default).Run(from, from, null, n); break;
        }

        if (gate != null)
        {
            new Elementwise.BinaryRow<TLane, LeakyReluGradient>(new LeakyReluGradient(Epilogue.Slope)).Run(y, from, gate + offset, n);
        }
    }
}
