using System.Runtime.CompilerServices;
using LisNative.Formulas;
using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>Optimiser steps: parameter and moments in one pass over memory.</summary>
internal readonly unsafe struct Updates<TLane, TOp>(TOp op, float* p, float* g, float* m, float* v, int count) : ITask
    where TLane : unmanaged, IVectorLane<TLane>
    where TOp : unmanaged, IUpdate
{
    internal static int Parts(int count) => (count + Elementwise.Grain - 1) / Elementwise.Grain;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int part)
    {
        int i = part * Elementwise.Grain, end = Math.Min(count, i + Elementwise.Grain);
        for (; i <= end - TLane.Width; i += TLane.Width)
        {
            Step<TLane>(i);
        }

        for (; i < end; i++)
        {
            Step<ScalarLane>(i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Step<T>(int i) where T : struct, IVectorLane<T>
    {
        T x = T.Load(p + i), a = T.Load(m + i), b = T.Load(v + i);
        op.Invoke(ref x, T.Load(g + i), ref a, ref b);
        T.Store(x, p + i);
        T.Store(a, m + i);
        T.Store(b, v + i);
    }
}
