namespace LisNative;

internal sealed partial class Kernels
{
    /// <summary>x as the kernel wants it, broadcast to the result's shape; null if it is.</summary>
    private static Tensor? Expanded(Tensor x, Tensor y) => x.Shape == y.Shape ? null : x.Expand(y.Shape);

    /// <summary>Whether the shape of y is that of x, but for axes of size 1.</summary>
    private static bool IsReduced(Shape x, Shape y)
    {
        bool fits = x.Rank == y.Rank;
        for (int axis = 0; axis < x.Rank && fits; axis++)
        {
            fits = y[axis] == 1 || y[axis] == x[axis];
        }

        return fits;
    }

    private static void Check(bool fits, string operation, params ReadOnlySpan<Tensor> operands)
    {
        if (!fits)
        {
            throw new ArgumentException(
                $"{operation}: shapes {string.Join(", ", operands.ToArray().Select(o => o.Shape))} (the result last) do not fit");
        }
    }

    private static void CheckHost<T>(string operation, Tensor tensor, int count)
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
        {
            throw new ArgumentException($"{operation}: values of type {typeof(T).Name} for {tensor.Shape}; expected float or double");
        }

        if (count != tensor.Count || !tensor.IsContiguous)
        {
            throw new ArgumentException(
                $"{operation}: {count} values and {(tensor.IsContiguous ? "contiguous" : "strided")} {tensor.Shape}; expected "
                + $"{tensor.Count} and a contiguous tensor");
        }
    }

    private static void CheckContiguous(string operation, Tensor y)
    {
        if (!y.IsContiguous)
        {
            throw new ArgumentException($"{operation}: the result {y.Shape} is strided; expected a contiguous one");
        }
    }

    /// <summary>Each element of a result has a place of its own.</summary>
    private static void CheckResult(string operation, Tensor y)
    {
        for (int axis = 0; y.Count > 0 && axis < y.Strides.Length; axis++)
        {
            if (y.Strides[axis] == 0 && y.Shape[axis] > 1)
            {
                throw new ArgumentException($"{operation}: the result {y.Shape} is broadcast: its elements have no places of their own");
            }
        }
    }

    private static void CheckRows(string operation, ReadOnlySpan<int> rows, Tensor taken, Tensor among)
    {
        if (taken.Shape.Rank == 0 || among.Shape.Rank == 0 || taken.Shape[0] != rows.Length
            || !taken.Shape.Sizes[1..].SequenceEqual(among.Shape.Sizes[1..]))
        {
            throw new ArgumentException($"{operation}: {rows.Length} row numbers for {taken.Shape} among {among.Shape}");
        }

        foreach (int row in rows)
        {
            if ((uint)row >= (uint)among.Shape[0])
            {
                throw new ArgumentOutOfRangeException(
                    nameof(rows), $"{operation}: there is no row {row} among {among.Shape[0]} (tensor {among.Shape})");
            }
        }
    }

    private static void CheckEpilogue(string operation, Epilogue epilogue, Shape result, int channels)
    {
        if (epilogue.Bias is { } bias && bias.Shape != [channels])
        {
            throw new ArgumentException($"{operation}: bias {bias.Shape} for {channels} output channels");
        }

        if (epilogue.Gate is { Output: { } gate } && gate.Shape != result)
        {
            throw new ArgumentException($"{operation}: gate {gate.Shape} for a result {result}");
        }
    }
}
