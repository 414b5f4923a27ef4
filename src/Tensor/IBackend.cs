using LisNative.Formulas;

namespace LisNative;

/// <summary>
/// What a device must be able to do. A backend writes into destinations it is given and allocates no results. A <see cref="Device"/> has
/// checked what it passes on: tensors are of that device and not disposed, shapes fit, results have elements, and each a place of its own.
/// Layouts are arbitrary unless a method says otherwise: the element at a position lies Σ position·<see cref="Tensor.Strides"/> elements
/// after <see cref="Tensor.Offset"/>, counted from <see cref="Tensor.Address"/>.
/// </summary>
/// <remarks>
/// What a backend may do besides has interfaces of its own: <see cref="IRowKernels"/>, <see cref="IDifferenceKernel"/>,
/// <see cref="IGatherKernel"/>, <see cref="IReduceEachKernel"/>, <see cref="IDrawKernel"/>,
/// <see cref="IGroupKernels"/>. A convolution that IBackend is asked for has one group. samples/CountingBackend is a backend from outside.
/// </remarks>
public interface IBackend
{
    /// <summary>What it is.</summary>
    BackendInfo Info { get; }

    /// <summary>
    /// Whether a convolution, or transposed convolution, of this kind may be given its gate's output (<see cref="Epilogue.Gate"/>) as the
    /// result to write.
    /// </summary>
    bool WritesOverGate(ConvGeometry geometry) => false;

    /// <summary>Waits until everything asked for has been done; a device may run behind its host.</summary>
    void Synchronize()
    {
    }

    /// <summary>Takes memory from the system; 64-byte aligned where that has a meaning.</summary>
    nint Allocate(long bytes);

    /// <summary>Gives memory back.</summary>
    void Free(nint address);

    /// <summary>Host values (float or double) into a contiguous tensor.</summary>
    void Write<T>(Tensor y, ReadOnlySpan<T> values) where T : unmanaged;

    /// <summary>A contiguous tensor's values (float or double) to the host.</summary>
    void Read<T>(Tensor x, Span<T> values) where T : unmanaged;

    /// <summary>y = value.</summary>
    void Fill(Tensor y, double value);

    /// <summary>y = x, element by element; x broadcasts.</summary>
    void Copy(Tensor x, Tensor y);

    /// <summary>y = op(x).</summary>
    void Unary<TOp>(TOp op, Tensor x, Tensor y) where TOp : unmanaged, IUnary;

    /// <summary>y = op(a, b); a and b broadcast to y.</summary>
    void Binary<TOp>(TOp op, Tensor a, Tensor b, Tensor y) where TOp : unmanaged, IBinary;

    /// <summary>Reduces the axes of x that have size 1 in y; x and y have the same rank.</summary>
    void Reduce<TOp>(TOp op, Tensor x, Tensor y) where TOp : unmanaged, IReduction;

    /// <summary>y[…, m, n] = Σₖ a[…, m, k] · b[…, k, n], then the epilogue; leading axes are equal, y is contiguous.</summary>
    void MatMul(Tensor a, Tensor b, Tensor y, Epilogue epilogue);

    /// <summary>y[n,k,p,q] = Σ x[n, c, p·S+r·D−P, q·S+s·D−P] · w[k,c,r,s], then the epilogue.</summary>
    void Conv2d(Tensor x, Tensor w, Tensor y, ConvGeometry geometry, Epilogue epilogue);

    /// <summary>x[n,c,h,w] = Σ y[n,k,p,q] · w[k,c,r,s] over p·S+r·D−P = h, q·S+s·D−P = w, then the epilogue.</summary>
    void ConvTranspose2d(Tensor y, Tensor w, Tensor x, ConvGeometry geometry, Epilogue epilogue);

    /// <summary>w[k,c,r,s] = Σ x[n, c, p·S+r·D−P, q·S+s·D−P] · y[n,k,p,q].</summary>
    void Conv2dWeight(Tensor x, Tensor y, Tensor w, ConvGeometry geometry);

    /// <summary>
    /// An optimiser's update of all parameters in one pass: p[i] from its gradient g[i], with up to two moments; those of one i are dense
    /// and in one memory order.
    /// </summary>
    void Update<TOp>(TOp op, ReadOnlySpan<Tensor> p, ReadOnlySpan<Tensor> g, ReadOnlySpan<Tensor> m, ReadOnlySpan<Tensor> v)
        where TOp : unmanaged, IUpdate;
}
