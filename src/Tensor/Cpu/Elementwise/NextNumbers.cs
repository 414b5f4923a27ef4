using System.Runtime.CompilerServices;
using LisNative.Formulas;
using LisNative.Lanes;
using LisNative.Random;

namespace LisNative.Cpu;

/// <summary>y[i] = op of the uniform number at position + i, which is read when the task runs.</summary>
internal readonly unsafe struct NextNumbers<TLane, TOp>(TOp op, Philox random, ulong* position, float* y, int count) : ITask
    where TLane : unmanaged, IVectorLane<TLane>
    where TOp : unmanaged, IUnary
{
    private const int Each = 2048;

    internal int Parts => (count + Each - 1) / Each;

    [MethodImpl(JitOptions.NoInlineOptimized)]
    public void Execute(int part)
    {
        int first = part * Each, length = Math.Min(Each, count - first);
        random.Uniforms(new(y + first, length), *position + (ulong)first);
        new Elementwise.UnaryRow<TLane, TOp>(op).Run(y + first, y + first, null, length);
    }

    /// <summary>What comes after: the next use begins further on.</summary>
    internal readonly struct Advance(ulong* position, int taken) : ITask
    {
        public void Execute(int part) => *position += (ulong)taken;
    }
}
