namespace LisNative;

internal sealed partial class Kernels : IIndexKernels
{
    public void Gather(Tensor x, Tensor indices, Tensor y)
    {
        using var held = EnterIndices(nameof(Gather), x, indices, y, y);
        if (!Writes(y))
        {
            return;
        }

        if (backend is IIndexKernels kernel)
        {
            kernel.Gather(x, indices, y);
            return;
        }

        foreach (var (k, row) in Numbers(indices).Index())
        {
            using Tensor from = x.Slice(1, row, 1), to = y.Slice(1, k, 1);
            backend.Copy(from, to);
        }
    }

    public void ScatterAdd(Tensor y, Tensor indices, Tensor x)
    {
        using var held = EnterIndices(nameof(ScatterAdd), x, indices, y, x);
        if (y.Count == 0 || !Writes(x))
        {
            return;
        }

        if (backend is IIndexKernels kernel)
        {
            kernel.ScatterAdd(y, indices, x);
            return;
        }

        foreach (var (k, row) in Numbers(indices).Index())
        {
            using Tensor from = y.Slice(1, k, 1), to = x.Slice(1, row, 1);
            backend.Binary(default(Formulas.Add), from, to, to);
        }
    }

    /// <summary>The numbers for a backend without a kernel that reads them.</summary>
    private int[] Numbers(Tensor indices)
    {
        if (Capture.IsRecording)
        {
            throw new NotSupportedException(
                $"Gather: {device} takes rows by numbers of the host, which a recording cannot hold; gather before or after it");
        }

        var numbers = new float[indices.Count];
        backend.Read(indices, numbers.AsSpan());
        return Array.ConvertAll(numbers, n => (int)n);
    }

    private Held EnterIndices(string operation, Tensor x, Tensor indices, Tensor y, Tensor result)
    {
        Check(x.Shape.Rank == 3 && y.Shape == [x.Shape[0], indices.Count, x.Shape[2]] && indices.Shape.Rank == 1, operation, x, indices, y);
        CheckContiguous(operation, x);
        CheckContiguous(operation, y);
        CheckContiguous(operation, indices);
        CheckResult(operation, result);
        return Enter(operation, x, indices, y);
    }
}
