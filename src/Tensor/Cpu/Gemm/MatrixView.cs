namespace LisNative.Cpu;

/// <summary>A matrix in any layout.</summary>
internal readonly unsafe record struct MatrixView(nint Address, int Rows, int Columns, nint RowStride, nint ColumnStride)
{
    internal float* Data => (float*)Address;

    /// <summary>So many rows of a matrix of the same strides, some elements further.</summary>
    internal MatrixView From(nint elements, int rows) => this with { Address = Address + (elements * sizeof(float)), Rows = rows };

    /// <summary>Matrix number i of a batch, its leading axes counted innermost fastest.</summary>
    internal static MatrixView Create(Tensor t, int i)
    {
        nint offset = t.Offset;
        for (int axis = t.Shape.Rank - 3; axis >= 0; axis--)
        {
            offset += (nint)(i % t.Shape[axis]) * t.Strides[axis];
            i /= t.Shape[axis];
        }

        return new(t.Address + (offset * sizeof(float)), t.Shape[^2], t.Shape[^1], t.Strides[^2], t.Strides[^1]);
    }
}
