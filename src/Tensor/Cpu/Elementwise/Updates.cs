using System.Runtime.CompilerServices;
using LisNative.Formulas;
using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>One parameter of an update: where its numbers lie, and which of all parts are its own.</summary>
internal readonly unsafe struct Updated(int firstPart, int count, float* p, float* g, float* m, float* v)
{
    internal readonly int FirstPart = firstPart, Count = count;
    internal readonly float* P = p, G = g, M = m, V = v;

    internal int Parts => (Count + Elementwise.Grain - 1) / Elementwise.Grain;
}

/// <summary>Optimiser steps: all parameters and their moments in one pass over memory.</summary>
internal readonly unsafe struct Updates<TLane, TOp>(TOp op, Updated* table, int parameters) : ITask
    where TLane : unmanaged, IVectorLane<TLane>
    where TOp : unmanaged, IUpdate
{
    [MethodImpl(JitOptions.NoInlineOptimized)]
    public void Execute(int part)
    {
        var one = table;
        while (one + 1 < table + parameters && one[1].FirstPart <= part)
        {
            one++;
        }

        int i = (part - one->FirstPart) * Elementwise.Grain, end = Math.Min(one->Count, i + Elementwise.Grain);
        float* p = one->P, g = one->G, m = one->M, v = one->V;
        for (; i <= end - TLane.Width; i += TLane.Width)
        {
            Step<TLane>(p + i, g + i, m + i, v + i);
        }

        for (; i < end; i++)
        {
            Step<ScalarLane>(p + i, g + i, m + i, v + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Step<T>(float* p, float* g, float* m, float* v) where T : struct, IVectorLane<T>
    {
        T x = T.Load(p), a = T.Load(m), b = T.Load(v);
        op.Invoke(ref x, T.Load(g), ref a, ref b);
        T.Store(x, p);
        T.Store(a, m);
        T.Store(b, v);
    }
}
