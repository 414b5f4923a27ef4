using LisNative.Formulas;
using LisNative.Random;

namespace LisNative;

/// <summary>
/// The one way into a device's backend. Each call holds what kernels take for granted against what it was given (devices, shapes, lengths, order of memory), and keeps the memory of its tensors until the kernel is done, whoever disposes
/// them meanwhile: so nothing outside a tensor is read or written. A recording keeps what its replays will read.
/// </summary>
internal sealed partial class Kernels(Device device, IBackend backend) : IBackend, IRowKernels
{
    /// <summary>What does the work.</summary>
    internal IBackend Backend => backend;

    public string Description => backend.Description;

    public bool CanCapture => backend.CanCapture;

    public bool UsesHostMemory { get; } = backend.UsesHostMemory;

    public double ProductRounding => backend.ProductRounding;

    public IRowKernels? Rows => backend.Rows is null ? null : this;

    public bool SumsInOrder => backend.SumsInOrder;

    public bool WantsChannelsLast => backend.WantsChannelsLast;

    public int ElementSize { get; } = backend.ElementSize;

    public IReplay CreateReplay(Action[] tasks) => backend.CreateReplay(tasks);

    public bool WritesOverGate(ConvGeometry geometry) => backend.WritesOverGate(geometry);

    public nint Allocate(long bytes) => backend.Allocate(bytes);

    public void Free(nint address) => backend.Free(address);

    public void Synchronize()
    {
        using var held = Enter(nameof(Synchronize));
        backend.Synchronize();
    }

    public void Write<T>(Tensor y, ReadOnlySpan<T> values) where T : unmanaged
    {
        using var held = Enter(nameof(Write), y);
        CheckHost<T>(nameof(Write), y, values.Length);
        backend.Write(y, values);
    }

    public void Read<T>(Tensor x, Span<T> values) where T : unmanaged
    {
        using var held = Enter(nameof(Read), x);
        CheckHost<T>(nameof(Read), x, values.Length);
        backend.Read(x, values);
    }

    public void Draw(Philox random, Distribution distribution, ulong first, Tensor y)
    {
        using var held = Enter(nameof(Draw), y);
        CheckContiguous(nameof(Draw), y);
        backend.Draw(random, distribution, first, y);
    }

    public void Fill(Tensor y, double value)
    {
        using var held = Enter(nameof(Fill), y);
        CheckResult(nameof(Fill), y);
        backend.Fill(y, value);
    }

    public void Copy(Tensor x, Tensor y)
    {
        using var held = Enter(nameof(Copy), x, y);
        CheckResult(nameof(Copy), y);
        using var x1 = Expanded(x, y);
        backend.Copy(x1 ?? x, y);
    }

    public void Unary<TOp>(TOp op, Tensor x, Tensor y) where TOp : unmanaged, IUnary
    {
        using var held = Enter(typeof(TOp).Name, x, y);
        CheckResult(typeof(TOp).Name, y);
        using var x1 = Expanded(x, y);
        backend.Unary(op, x1 ?? x, y);
    }

    public void Binary<TOp>(TOp op, Tensor a, Tensor b, Tensor y) where TOp : unmanaged, IBinary
    {
        using var held = Enter(typeof(TOp).Name, a, b, y);
        CheckResult(typeof(TOp).Name, y);
        using Tensor? a1 = Expanded(a, y), b1 = Expanded(b, y);
        backend.Binary(op, a1 ?? a, b1 ?? b, y);
    }

    public void Difference(Tensor a, Tensor b, Tensor d, Tensor y)
    {
        using var held = Enter(nameof(Difference), a, b, d, y);
        Check(a.Shape == d.Shape && b.Shape == d.Shape && IsReduced(d.Shape, y.Shape, 1), nameof(Difference), a, b, d, y);
        CheckResult(nameof(Difference), d);
        backend.Difference(a, b, d, y);
    }

    public void Reduce<TOp>(TOp op, Tensor x, Tensor y) where TOp : unmanaged, IReduction
    {
        using var held = Enter(typeof(TOp).Name, x, y);
        Check(IsReduced(x.Shape, y.Shape, 0), typeof(TOp).Name, x, y);
        CheckResult(typeof(TOp).Name, y);
        backend.Reduce(op, x, y);
    }

    public void ReduceEach<TOp>(TOp op, ReadOnlySpan<Tensor> x, Tensor y) where TOp : unmanaged, IReduction
    {
        using var held = Enter(typeof(TOp).Name, y);
        using var all = EnterAll(typeof(TOp).Name, x);
        CheckContiguous(typeof(TOp).Name, y);
        if (y.Shape.Rank != 1 || y.Count != x.Length)
        {
            throw new ArgumentException($"{typeof(TOp).Name}: {x.Length} tensors into {y.Shape}: expected a place for each");
        }

        backend.ReduceEach(op, x, y);
    }

    public void MatMul(Tensor a, Tensor b, Tensor y, Epilogue epilogue)
    {
        using var held = Enter(nameof(MatMul), a, b, y, epilogue.Bias, epilogue.Gate?.Output);
        ReadOnlySpan<int> left = a.Shape.Sizes, right = b.Shape.Sizes, result = y.Shape.Sizes;
        Check(
            result.Length >= 2 && left.Length == result.Length && right.Length == result.Length && left[^1] == right[^2] && left[..^1].SequenceEqual(result[..^1]) && right[..^2].SequenceEqual(result[..^2]) && right[^1] == result[^1],
            nameof(MatMul), a, b, y);
        CheckContiguous(nameof(MatMul), y);
        CheckEpilogue(nameof(MatMul), epilogue, y.Shape, result[^1]);
        backend.MatMul(a, b, y, epilogue);
    }

    public void Conv2d(Tensor x, Tensor w, Tensor y, ConvGeometry geometry, Epilogue epilogue)
    {
        using var held = Enter(nameof(Conv2d), x, w, y, epilogue.Bias, epilogue.Gate?.Output);
        Check(geometry.Takes(x.Shape, w.Shape, y.Shape), nameof(Conv2d), x, w, y);
        CheckResult(nameof(Conv2d), y);
        CheckEpilogue(nameof(Conv2d), epilogue, y.Shape, w.Shape[0]);
        backend.Conv2d(x, w, y, geometry, epilogue);
    }

    public void ConvTranspose2d(Tensor y, Tensor w, Tensor x, ConvGeometry geometry, Epilogue epilogue)
    {
        using var held = Enter(nameof(ConvTranspose2d), y, w, x, epilogue.Bias, epilogue.Gate?.Output);
        Check(geometry.Takes(x.Shape, w.Shape, y.Shape), nameof(ConvTranspose2d), y, w, x);
        CheckResult(nameof(ConvTranspose2d), x);
        CheckEpilogue(nameof(ConvTranspose2d), epilogue, x.Shape, w.Shape[1]);
        backend.ConvTranspose2d(y, w, x, geometry, epilogue);
    }

    public void Conv2dWeight(Tensor x, Tensor y, Tensor w, ConvGeometry geometry)
    {
        using var held = Enter(nameof(Conv2dWeight), x, y, w);
        Check(geometry.Takes(x.Shape, w.Shape, y.Shape), nameof(Conv2dWeight), x, y, w);
        CheckResult(nameof(Conv2dWeight), w);
        backend.Conv2dWeight(x, y, w, geometry);
    }

    public void Gather(Tensor x, ReadOnlySpan<int> rows, Tensor y)
    {
        using var held = Enter(nameof(Gather), x, y);
        CheckRows(nameof(Gather), rows, taken: y, among: x);
        CheckResult(nameof(Gather), y);
        backend.Gather(x, rows, y);
    }

    public void ScatterAdd(Tensor x, ReadOnlySpan<int> rows, Tensor y)
    {
        using var held = Enter(nameof(ScatterAdd), x, y);
        CheckRows(nameof(ScatterAdd), rows, taken: x, among: y);
        CheckResult(nameof(ScatterAdd), y);
        backend.ScatterAdd(x, rows, y);
    }

    public void Update<TOp>(TOp op, ReadOnlySpan<Tensor> p, ReadOnlySpan<Tensor> g, ReadOnlySpan<Tensor> m, ReadOnlySpan<Tensor> v) where TOp : unmanaged, IUpdate
    {
        if (g.Length != p.Length || m.Length != p.Length || v.Length != p.Length)
        {
            throw new ArgumentException($"{typeof(TOp).Name}: {p.Length} parameters, {g.Length} gradients, {m.Length} and {v.Length} moments");
        }

        using Many p1 = EnterAll(typeof(TOp).Name, p), g1 = EnterAll(typeof(TOp).Name, g), m1 = EnterAll(typeof(TOp).Name, m), v1 = EnterAll(typeof(TOp).Name, v);
        for (int i = 0; i < p.Length; i++)
        {
            Check(p[i].Shape == g[i].Shape && p[i].Shape == m[i].Shape && p[i].Shape == v[i].Shape, typeof(TOp).Name, p[i], g[i], m[i], v[i]);
            if (!p[i].IsDense || !p[i].LiesAs(g[i]) || !p[i].LiesAs(m[i]) || !p[i].LiesAs(v[i]))
            {
                throw new ArgumentException($"{typeof(TOp).Name}: parameter {p[i].Shape}, gradient and moments: expected dense ones in one order of memory");
            }
        }

        backend.Update(op, p, g, m, v);
    }

    void IRowKernels.Softmax(Tensor x, Tensor y)
    {
        using var held = EnterRows(nameof(IRowKernels.Softmax), x, y);
        backend.Rows!.Softmax(x, y);
    }

    void IRowKernels.SoftmaxGradient(Tensor dy, Tensor y, Tensor dx)
    {
        using var held = EnterRows(nameof(IRowKernels.SoftmaxGradient), dy, y, dx);
        backend.Rows!.SoftmaxGradient(dy, y, dx);
    }

    void IRowKernels.Normalise(Tensor x, double epsilon, Tensor y)
    {
        using var held = EnterRows(nameof(IRowKernels.Normalise), x, y);
        backend.Rows!.Normalise(x, epsilon, y);
    }

    void IRowKernels.NormaliseGradient(Tensor dy, Tensor x, double epsilon, Tensor dx)
    {
        using var held = EnterRows(nameof(IRowKernels.NormaliseGradient), dy, x, dx);
        backend.Rows!.NormaliseGradient(dy, x, epsilon, dx);
    }

    /// <summary>x as the kernel wants it, broadcast to the result's shape; null if it is.</summary>
    private static Tensor? Expanded(Tensor x, Tensor y) => x.Shape == y.Shape ? null : x.Expand(y.Shape);

    /// <summary>Whether the shape of y is that of x, but for axes of size 1, which from <paramref name="first"/> on all are.</summary>
    private static bool IsReduced(Shape x, Shape y, int first)
    {
        bool fits = x.Rank == y.Rank && x.Rank >= first;
        for (int axis = 0; axis < x.Rank && fits; axis++)
        {
            fits = y[axis] == 1 || (y[axis] == x[axis] && (first == 0 || axis < first));
        }

        return fits && (first == 0 || y[0] == x[0]);
    }

    private static void Check(bool fits, string operation, params ReadOnlySpan<Tensor> operands)
    {
        if (!fits)
        {
            throw new ArgumentException($"{operation}: shapes {string.Join(", ", operands.ToArray().Select(o => o.Shape))} (the result last) do not fit");
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
            throw new ArgumentException($"{operation}: {count} values and {(tensor.IsContiguous ? "contiguous" : "strided")} {tensor.Shape}; expected {tensor.Count} and a contiguous tensor");
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
        if (taken.Shape.Rank == 0 || among.Shape.Rank == 0 || taken.Shape[0] != rows.Length || !taken.Shape.Sizes[1..].SequenceEqual(among.Shape.Sizes[1..]))
        {
            throw new ArgumentException($"{operation}: {rows.Length} row numbers for {taken.Shape} among {among.Shape}");
        }

        foreach (int row in rows)
        {
            if ((uint)row >= (uint)among.Shape[0])
            {
                throw new ArgumentOutOfRangeException(nameof(rows), $"{operation}: there is no row {row} among {among.Shape[0]} (tensor {among.Shape})");
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
