namespace LisNative.Cpu;

/// <summary>Where the matrices of a batch begin: two strides reach all of them, as the leading axes of most tensors do.</summary>
internal readonly struct Batch
{
    private readonly nint outer, inner;
    private readonly int size;

    private Batch(nint outer, nint inner, int size) => (this.outer, this.inner, this.size) = (outer, inner, size);

    /// <summary>Elements from the first matrix to number i.</summary>
    internal nint this[int i] => (i / size * outer) + (i % size * inner);

    /// <summary>The batch of a tensor's leading axes; null where more strides are needed.</summary>
    internal static Batch? TryCreate(Tensor t)
    {
        var batch = new Batch(0, 0, 1);
        int runs = 0;
        for (int axis = t.Shape.Rank - 3, count = 1; axis >= 0; axis--)
        {
            int size = t.Shape[axis], stride = t.Strides[axis];
            if (size == 1)
            {
                continue;
            }

            if (runs == 0 || (runs == 1 && stride == batch.inner * batch.size))
            {
                batch = new(0, runs == 0 ? stride : batch.inner, count * size);
                runs = 1;
            }
            else if (runs == 1 || stride == batch.outer * (count / batch.size))
            {
                batch = new(runs == 1 ? stride : batch.outer, batch.inner, batch.size);
                runs = 2;
            }
            else
            {
                return null;
            }

            count *= size;
        }

        return batch;
    }
}
