using System.Runtime.CompilerServices;
using ILGPU;
using LisNative.Formulas;

namespace LisNative.Gpu.Kernels;

/// <summary>y[i] = value.</summary>
internal readonly struct Fill(ArrayView<float> y, Axes axes, int count, float value) : ISmallKernel
{
    public void Execute()
    {
        int i = Grid.GlobalIndex.X;
        if (i < count)
        {
            y[axes.PlacesOf(i).Y] = value;
        }
    }
}

/// <summary>y[i] = op(x[i]) for operands of any layout.</summary>
internal readonly struct StridedUnary<TOp>(TOp op, ArrayView<float> x, ArrayView<float> y, Axes axes, int count) : ISmallKernel
    where TOp : unmanaged, IUnary
{
    public void Execute()
    {
        int i = Grid.GlobalIndex.X;
        if (i < count)
        {
            var at = axes.PlacesOf(i);
            y[at.Y] = op.Invoke(new GpuLane(x[at.A])).Value;
        }
    }
}

/// <summary>y[i] = op(a[i], b[i]) for operands of any layout.</summary>
internal readonly struct StridedBinary<TOp>(TOp op, ArrayView<float> a, ArrayView<float> b, ArrayView<float> y, Axes axes, int count)
    : ISmallKernel where TOp : unmanaged, IBinary
{
    public void Execute()
    {
        int i = Grid.GlobalIndex.X;
        if (i < count)
        {
            var at = axes.PlacesOf(i);
            y[at.Y] = op.Invoke(new GpuLane(a[at.A]), new GpuLane(b[at.B])).Value;
        }
    }
}

/// <summary>y[i] = op(x[i]) where both lie dense in one order: four elements a thread, by one load and one store.</summary>
internal readonly struct DenseUnary<TOp>(TOp op, ArrayView<float> x, ArrayView<float> y) : ISmallKernel where TOp : unmanaged, IUnary
{
    public void Execute()
    {
        int i = Grid.GlobalIndex.X, count = y.IntLength;
        if ((4 * i) + 3 < count)
        {
            var v = x.Cast<Float4>()[i];
            y.Cast<Float4>()[i] = new(Of(v.X), Of(v.Y), Of(v.Z), Of(v.W));
            return;
        }

        for (int j = 4 * i; j < count; j++)
        {
            y[j] = Of(x[j]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float Of(float v) => op.Invoke(new GpuLane(v)).Value;
}

/// <summary>y[i] = op(a[i], b[i]) where all lie dense in one order.</summary>
internal readonly struct DenseBinary<TOp>(TOp op, ArrayView<float> a, ArrayView<float> b, ArrayView<float> y) : ISmallKernel
    where TOp : unmanaged, IBinary
{
    public void Execute()
    {
        int i = Grid.GlobalIndex.X, count = y.IntLength;
        if ((4 * i) + 3 < count)
        {
            Float4 u = a.Cast<Float4>()[i], v = b.Cast<Float4>()[i];
            y.Cast<Float4>()[i] = new(Of(u.X, v.X), Of(u.Y, v.Y), Of(u.Z, v.Z), Of(u.W, v.W));
            return;
        }

        for (int j = 4 * i; j < count; j++)
        {
            y[j] = Of(a[j], b[j]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float Of(float u, float v) => op.Invoke(new GpuLane(u), new GpuLane(v)).Value;
}
