using System.Runtime.CompilerServices;

namespace LisNative.Reference;

internal sealed unsafe partial class ReferenceBackend<TPrecision, T>
{
    public void MatMul(Tensor a, Tensor b, Tensor y, Epilogue epilogue)
    {
        int inner = a.Shape[^1];
        foreach (var i in Positions(y.Shape))
        {
            T* row = (T*)Unsafe.AsPointer(ref At(a, [.. i[..^1], 0])), column = (T*)Unsafe.AsPointer(ref At(b, [.. i[..^2], 0, i[^1]]));
            T sum = T.Zero;
            for (int k = 0; k < inner; k++)
            {
                sum = T.FusedMultiplyAdd(row[(long)k * a.Strides[^1]], column[(long)k * b.Strides[^2]], sum);
            }

            At(y, i) = sum;
        }

        epilogue.Apply(this, y, y.Shape.Rank - 1);
    }
}
