using System.Runtime.InteropServices;

namespace LisNative.Reference;

/// <summary>
/// The specification: double precision, one obvious loop per operation, no cleverness. What any other backend returns is
/// judged against this one.
/// </summary>
public sealed unsafe partial class ReferenceBackend : IBackend
{
    /// <inheritdoc/>
    public string Description => "double precision, one loop per operation";

    /// <inheritdoc/>
    public int ElementSize => sizeof(double);

    /// <inheritdoc/>
    public nint Allocate(long bytes) => (nint)NativeMemory.AlignedAlloc((nuint)bytes, 64);

    /// <inheritdoc/>
    public void Free(nint address) => NativeMemory.AlignedFree((void*)address);

    /// <inheritdoc/>
    public void Write<T>(Tensor y, ReadOnlySpan<T> values) where T : unmanaged
    {
        for (int i = 0; i < values.Length; i++)
        {
            Data(y)[i] = typeof(T) == typeof(float) ? (float)(object)values[i] : (double)(object)values[i];
        }
    }

    /// <inheritdoc/>
    public void Read<T>(Tensor x, Span<T> values) where T : unmanaged
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = typeof(T) == typeof(float) ? (T)(object)(float)Data(x)[i] : (T)(object)Data(x)[i];
        }
    }

    private static double* Data(Tensor x) => (double*)x.Address + x.Offset;

    /// <summary>The element at a position.</summary>
    private static ref double At(Tensor x, params ReadOnlySpan<int> index)
    {
        long offset = 0;
        for (int i = 0; i < index.Length; i++)
        {
            offset += (long)index[i] * x.Strides[i];
        }

        return ref Data(x)[offset];
    }

    private static ref double At(Tensor x, int i, int j, int k, int l)
    {
        var strides = x.Strides;
        return ref Data(x)[((long)i * strides[0]) + ((long)j * strides[1]) + ((long)k * strides[2]) + ((long)l * strides[3])];
    }

    /// <summary>All positions of a shape, innermost axis fastest.</summary>
    private static IEnumerable<int[]> Positions(Shape shape)
    {
        var index = new int[shape.Rank];
        for (int n = 0; n < shape.Count; n++)
        {
            yield return index;
            for (int i = shape.Rank - 1; i >= 0 && ++index[i] == shape[i]; i--)
            {
                index[i] = 0;
            }
        }
    }
}
