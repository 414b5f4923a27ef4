using LisNative.Formulas;
using LisNative.Random;

namespace LisNative;

// What a backend may do besides IBackend: it implements the interface, and what it answers with false is composed of its other kernels.

/// <summary>A backend that subtracts and sums squares in one pass.</summary>
public interface IDifferenceKernel
{
    /// <summary>d = a − b, and y[n] = Σ d[n, …]² of every sample, the positions of axis 0; y has size 1 along the other axes.</summary>
    bool TryDifference(Tensor a, Tensor b, Tensor d, Tensor y);
}

/// <summary>A backend that reduces many tensors together.</summary>
public interface IReduceEachKernel
{
    /// <summary>y[i] = all elements of x[i] reduced; y is contiguous.</summary>
    bool TryReduceEach<TOp>(TOp op, ReadOnlySpan<Tensor> x, Tensor y) where TOp : unmanaged, IReduction;
}

/// <summary>A backend that takes rows by their numbers.</summary>
public interface IGatherKernel
{
    /// <summary>y[i, …] = x[rows[i], …].</summary>
    bool TryGather(Tensor x, ReadOnlySpan<int> rows, Tensor y);

    /// <summary>y[rows[i], …] += x[i, …], for one i after another.</summary>
    bool TryScatterAdd(Tensor x, ReadOnlySpan<int> rows, Tensor y) => false;
}

/// <summary>
/// A backend that reads the numbers of rows where they are: whole numbers in a contiguous tensor [K]. A number that leaves the axis reads
/// NaN and adds nothing. x [O, N, I] and y [O, K, I] are contiguous.
/// </summary>
internal interface IIndexKernels
{
    /// <summary>y[o, k, i] = x[o, indices[k], i].</summary>
    void Gather(Tensor x, Tensor indices, Tensor y);

    /// <summary>x[o, indices[k], i] += y[o, k, i], for one k after another.</summary>
    void ScatterAdd(Tensor y, Tensor indices, Tensor x);
}

/// <summary>A backend that takes and adds along the last axis by the numbers of each line; else it is a matter of places.</summary>
internal interface IAlongAxisKernels
{
    /// <summary>y[n, k] = x[n, indices[n, k]].</summary>
    void TakeAlongAxis(Tensor x, Tensor indices, Tensor y);

    /// <summary>x[n, indices[n, k]] += y[n, k].</summary>
    void ScatterAddAlongAxis(Tensor y, Tensor indices, Tensor x);
}

/// <summary>A backend some of whose tensors have no values yet: they cannot be checked against a range.</summary>
internal interface ISymbolicBackend
{
    /// <summary>Whether a tensor is one of those.</summary>
    bool IsSymbolic(Tensor x);
}

/// <summary>A backend that makes random numbers itself; else the host makes them.</summary>
public interface IDrawKernel
{
    /// <summary>y[i] = the number of a generator at position first + i; y is contiguous.</summary>
    void Draw(Philox random, Distribution distribution, ulong first, Tensor y);
}

/// <summary>A backend that makes random numbers from a position in its memory, which it moves on: recordings may hold it.</summary>
internal interface IStreamKernel
{
    /// <summary>
    /// y[i] = op of the generator's uniform number at position + i, then position += taken; the position is the bits of two floats, y
    /// contiguous.
    /// </summary>
    void DrawNext<TOp>(TOp op, Philox random, Tensor position, int taken, Tensor y) where TOp : unmanaged, IUnary;
}

/// <summary>A backend that convolves channels in groups (<see cref="ConvGeometry.Groups"/>) in one kernel.</summary>
public interface IGroupKernels
{
    /// <summary><see cref="IBackend.Conv2d"/>, or <see cref="IBackend.ConvTranspose2d"/>, with w [K, C / Groups, R, S].</summary>
    bool TryConvolve(Tensor input, Tensor w, Tensor result, ConvGeometry geometry, Epilogue epilogue, bool transposed);

    /// <summary><see cref="IBackend.Conv2dWeight"/>.</summary>
    bool TryConv2dWeight(Tensor x, Tensor y, Tensor w, ConvGeometry geometry);
}

/// <summary>
/// A backend that gives its work to the host in tasks, which a <see cref="Capture"/> keeps (<see cref="Capture.Record"/>).
/// </summary>
internal interface ICaptureBackend
{
    /// <summary>What replays recorded tasks.</summary>
    IReplay CreateReplay(Action[] tasks);
}
