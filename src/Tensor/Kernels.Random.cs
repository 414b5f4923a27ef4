using System.Buffers;
using LisNative.Formulas;
using LisNative.Random;

namespace LisNative;

internal sealed partial class Kernels
{
    public void Draw(Philox random, Distribution distribution, ulong first, Tensor y)
    {
        using var held = Enter(nameof(Draw), y);
        CheckContiguous(nameof(Draw), y);
        Capture.RefuseHostAccess();     // a replay would draw the same numbers again
        if (!Writes(y))
        {
            return;
        }

        if (backend is IDrawKernel kernel)
        {
            kernel.Draw(random, distribution, first, y);
            return;
        }

        float[] values = ArrayPool<float>.Shared.Rent(y.Count);
        random.Draw(distribution, first, values.AsSpan(0, y.Count));
        backend.Write<float>(y, values.AsSpan(0, y.Count));
        ArrayPool<float>.Shared.Return(values);
    }

    /// <summary>Whether the device keeps positions of random numbers (<see cref="IStreamKernel"/>).</summary>
    internal bool HasStreams => backend is IStreamKernel;

    internal void DrawNext<TOp>(TOp op, Philox random, Tensor position, int taken, Tensor y) where TOp : unmanaged, IUnary
    {
        using var held = Enter(nameof(DrawNext), position, y);
        CheckContiguous(nameof(DrawNext), y);
        if (Writes(y))
        {
            position.Changed();
            ((IStreamKernel)backend).DrawNext(op, random, position, taken, y);
        }
    }
}
