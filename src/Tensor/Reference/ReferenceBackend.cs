using System.Numerics;
using LisNative.Memory;

namespace LisNative.Reference;

/// <summary>
/// The specification: one obvious loop per operation, no cleverness. In double precision it is what any other backend is judged against. In
/// single precision it rounds as the fast backends' formulas do, and its sums have an order that the first rung of a GPU follows: bit by
/// bit the same.
/// </summary>
internal sealed unsafe partial class ReferenceBackend<TPrecision, T> : IBackend
    where TPrecision : IPrecision<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public BackendInfo Info { get; } = new()
    {
        Description = $"{(sizeof(T) == sizeof(double) ? "double" : "single")} precision, one loop per operation",
        ElementSize = sizeof(T),
        SumsInOrder = sizeof(T) == sizeof(float),
    };

    public nint Allocate(long bytes) => (nint)HostMemory.Allocate(bytes);

    public void Free(nint address) => HostMemory.Free((void*)address);

    public void Write<TValue>(Tensor y, ReadOnlySpan<TValue> values) where TValue : unmanaged
    {
        for (int i = 0; i < values.Length; i++)
        {
            Data(y)[i] = typeof(TValue) == typeof(float) ? T.CreateTruncating((float)(object)values[i])
                : T.CreateTruncating((double)(object)values[i]);
        }
    }

    public void Read<TValue>(Tensor x, Span<TValue> values) where TValue : unmanaged
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = typeof(TValue) == typeof(float) ? (TValue)(object)float.CreateTruncating(Data(x)[i])
                : (TValue)(object)double.CreateTruncating(Data(x)[i]);
        }
    }

    private static T* Data(Tensor x) => (T*)x.Address + x.Offset;

    /// <summary>The element at a position.</summary>
    private static ref T At(Tensor x, params ReadOnlySpan<int> index)
    {
        long offset = 0;
        for (int i = 0; i < index.Length; i++)
        {
            offset += (long)index[i] * x.Strides[i];
        }

        return ref Data(x)[offset];
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
