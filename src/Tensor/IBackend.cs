using System.Buffers;
using LisNative.Formulas;
using LisNative.Random;

namespace LisNative;

/// <summary>
/// What a device must be able to do. A backend writes into destinations it is given and allocates no results; what a <see cref="Device"/> passes on to it
/// has been checked, layouts are arbitrary unless a method says otherwise.
/// </summary>
public interface IBackend
{
    /// <summary>What it runs on, in a few words.</summary>
    string Description { get; }

    /// <summary>Whether a <see cref="Capture"/> can record its work.</summary>
    bool CanCapture => false;

    /// <summary>What replays recorded tasks: one after another, unless a backend can launch them together.</summary>
    IReplay CreateReplay(Action[] tasks) => new TaskReplay(tasks);

    /// <summary>Whether addresses are those of this process's memory.</summary>
    bool UsesHostMemory => false;

    /// <summary>The relative error to which factors of matrix products and convolutions are rounded before they are multiplied; 0 where they are not.</summary>
    double ProductRounding => 0;

    /// <summary>Kernels for whole rows; null where these operations are composed.</summary>
    IRowKernels? Rows => null;

    /// <summary>Whether every sum has the order of <see cref="Device.Naive"/>, so that results have its bits.</summary>
    bool SumsInOrder => false;

    /// <summary>Whether a convolution's weight is read, and its gradient written, as it lies if that is in the order K, R, S, C; else contiguous.</summary>
    bool WantsChannelsLast => false;

    /// <summary>Whether a convolution, or transposed convolution, of this kind may be given its gate's output (<see cref="Epilogue.Gate"/>) as the result to write.</summary>
    bool WritesOverGate(ConvGeometry geometry) => false;

    /// <summary>Waits until everything asked for has been done; a device may run behind its host.</summary>
    void Synchronize()
    {
    }

    /// <summary>Takes memory from the system; 64-byte aligned where that has a meaning.</summary>
    nint Allocate(long bytes);

    /// <summary>Gives memory back.</summary>
    void Free(nint address);

    /// <summary>Bytes of one element: 4 on the fast backends, 8 on Reference.</summary>
    int ElementSize { get; }

    /// <summary>Host values (float or double) into a contiguous tensor.</summary>
    void Write<T>(Tensor y, ReadOnlySpan<T> values) where T : unmanaged;

    /// <summary>A contiguous tensor's values (float or double) to the host.</summary>
    void Read<T>(Tensor x, Span<T> values) where T : unmanaged;

    /// <summary>y[i] = the number of a generator at position first + i; y is contiguous. Made by the host unless a backend knows better.</summary>
    void Draw(Philox random, Distribution distribution, ulong first, Tensor y)
    {
        float[] values = ArrayPool<float>.Shared.Rent(y.Count);
        random.Draw(distribution, first, values.AsSpan(0, y.Count));
        Write<float>(y, values.AsSpan(0, y.Count));
        ArrayPool<float>.Shared.Return(values);
    }

    /// <summary>y = value.</summary>
    void Fill(Tensor y, double value);

    /// <summary>y = x, element by element; x broadcasts.</summary>
    void Copy(Tensor x, Tensor y);

    /// <summary>y = op(x).</summary>
    void Unary<TOp>(TOp op, Tensor x, Tensor y) where TOp : unmanaged, IUnary;

    /// <summary>y = op(a, b); a and b broadcast to y.</summary>
    void Binary<TOp>(TOp op, Tensor a, Tensor b, Tensor y) where TOp : unmanaged, IBinary;

    /// <summary>d = a − b, and y[n] = Σ d[n, …]² of every sample, the positions of axis 0; y has size 1 along the other axes. One pass after the other unless a backend takes both sample by sample.</summary>
    void Difference(Tensor a, Tensor b, Tensor d, Tensor y) => DifferenceInTwoPasses(this, a, b, d, y);

    /// <summary>The composition, for a backend whose own kernel does not fit.</summary>
    internal static void DifferenceInTwoPasses(IBackend backend, Tensor a, Tensor b, Tensor d, Tensor y)
    {
        backend.Binary(default(Subtract), a, b, d);
        backend.Reduce(default(SumOfSquares), d, y);
    }

    /// <summary>Reduces the axes of x that have size 1 in y; x and y have the same rank.</summary>
    void Reduce<TOp>(TOp op, Tensor x, Tensor y) where TOp : unmanaged, IReduction;

    /// <summary>y[i] = all elements of x[i] reduced; y is contiguous. One after another unless a backend takes them together.</summary>
    void ReduceEach<TOp>(TOp op, ReadOnlySpan<Tensor> x, Tensor y) where TOp : unmanaged, IReduction => ReduceOneByOne(this, op, x, y);

    /// <summary>The composition, for a backend whose own kernel does not fit.</summary>
    internal static void ReduceOneByOne<TOp>(IBackend backend, TOp op, ReadOnlySpan<Tensor> x, Tensor y) where TOp : unmanaged, IReduction
    {
        for (int i = 0; i < x.Length; i++)
        {
            using Tensor place = y.Slice(0, i, 1), to = place.Reshape(x[i].Shape.Reduced(x[i].Shape.Axes()).Sizes);
            backend.Reduce(op, x[i], to);
        }
    }

    /// <summary>y[…, m, n] = Σₖ a[…, m, k] · b[…, k, n], then the epilogue; leading axes are equal, y is contiguous.</summary>
    void MatMul(Tensor a, Tensor b, Tensor y, Epilogue epilogue);

    /// <summary>y[n,k,p,q] = Σ x[n, c, p·S+r·D−P, q·S+s·D−P] · w[k,c,r,s], then the epilogue.</summary>
    void Conv2d(Tensor x, Tensor w, Tensor y, ConvGeometry geometry, Epilogue epilogue);

    /// <summary>x[n,c,h,w] = Σ y[n,k,p,q] · w[k,c,r,s] over p·S+r·D−P = h, q·S+s·D−P = w, then the epilogue.</summary>
    void ConvTranspose2d(Tensor y, Tensor w, Tensor x, ConvGeometry geometry, Epilogue epilogue);

    /// <summary>w[k,c,r,s] = Σ x[n, c, p·S+r·D−P, q·S+s·D−P] · y[n,k,p,q].</summary>
    void Conv2dWeight(Tensor x, Tensor y, Tensor w, ConvGeometry geometry);

    /// <summary>y[i, …] = x[rows[i], …]; composed of copies unless a backend knows better.</summary>
    void Gather(Tensor x, ReadOnlySpan<int> rows, Tensor y) => GatherByCopies(this, x, rows, y);

    /// <summary>The composition, for a backend whose own kernel does not fit.</summary>
    internal static void GatherByCopies(IBackend backend, Tensor x, ReadOnlySpan<int> rows, Tensor y)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            using Tensor from = x.Slice(0, rows[i], 1), to = y.Slice(0, i, 1);
            backend.Copy(from, to);
        }
    }

    /// <summary>y[rows[i], …] += x[i, …], in the order of i; composed of additions unless a backend knows better.</summary>
    void ScatterAdd(Tensor x, ReadOnlySpan<int> rows, Tensor y)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            using Tensor from = x.Slice(0, i, 1), to = y.Slice(0, rows[i], 1);
            Binary(default(Add), from, to, to);
        }
    }

    /// <summary>
    /// An optimiser's update of all parameters in one pass: p[i] from its gradient g[i], with up to two moments; those of one i are dense and in
    /// one memory order.
    /// </summary>
    void Update<TOp>(TOp op, ReadOnlySpan<Tensor> p, ReadOnlySpan<Tensor> g, ReadOnlySpan<Tensor> m, ReadOnlySpan<Tensor> v) where TOp : unmanaged, IUpdate;
}
