using LisNative.Formulas;

namespace LisNative;

/// <summary>
/// The one way into a device's backend. Each call checks what kernels take for granted (devices, shapes, lengths, order of memory) and
/// keeps the memory of its tensors until the kernel is done, whoever disposes them meanwhile: nothing outside a tensor is read or written.
/// A recording keeps what its replays will read, and refuses what the host would do only once. Results without elements end here, memory
/// is marked as changed, and what a backend has no kernel for is composed of others.
/// </summary>
internal sealed partial class Kernels(Device device, IBackend backend) : IBackend
{
    /// <summary>What does the work.</summary>
    internal IBackend Backend => backend;

    public BackendInfo Info { get; } = backend.Info;

    internal bool UsesHostMemory { get; } = backend.Info.UsesHostMemory;

    internal int ElementSize { get; } = backend.Info.ElementSize;

    internal bool CanCapture => backend is ICaptureBackend;

    internal IReplay CreateReplay(Action[] tasks) => ((ICaptureBackend)backend).CreateReplay(tasks);

    public bool WritesOverGate(ConvGeometry geometry) => geometry.Groups == 1 && backend.WritesOverGate(geometry);

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
        Capture.RefuseHostAccess();
        if (Writes(y))
        {
            backend.Write(y, values);
        }
    }

    public void Read<T>(Tensor x, Span<T> values) where T : unmanaged
    {
        using var held = Enter(nameof(Read), x);
        CheckHost<T>(nameof(Read), x, values.Length);
        Capture.RefuseHostAccess();
        if (x.Count > 0)
        {
            backend.Read(x, values);
        }
    }

    public void Fill(Tensor y, double value)
    {
        using var held = Enter(nameof(Fill), y);
        CheckResult(nameof(Fill), y);
        if (Writes(y))
        {
            backend.Fill(y, value);
        }
    }

    public void Copy(Tensor x, Tensor y)
    {
        using var held = Enter(nameof(Copy), x, y);
        CheckResult(nameof(Copy), y);
        using var x1 = Expanded(x, y);
        if (Writes(y))
        {
            backend.Copy(x1 ?? x, y);
        }
    }

    public void Unary<TOp>(TOp op, Tensor x, Tensor y) where TOp : unmanaged, IUnary
    {
        using var held = Enter(typeof(TOp).Name, x, y);
        CheckResult(typeof(TOp).Name, y);
        using var x1 = Expanded(x, y);
        if (Writes(y))
        {
            backend.Unary(op, x1 ?? x, y);
        }
    }

    public void Binary<TOp>(TOp op, Tensor a, Tensor b, Tensor y) where TOp : unmanaged, IBinary
    {
        using var held = Enter(typeof(TOp).Name, a, b, y);
        CheckResult(typeof(TOp).Name, y);
        using Tensor? a1 = Expanded(a, y), b1 = Expanded(b, y);
        if (Writes(y))
        {
            backend.Binary(op, a1 ?? a, b1 ?? b, y);
        }
    }

    public void Difference(Tensor a, Tensor b, Tensor d, Tensor y)
    {
        using var held = Enter(nameof(Difference), a, b, d, y);
        bool fits = a.Shape == d.Shape && b.Shape == d.Shape && d.Shape.Rank > 0;
        Check(fits && y.Shape == d.Shape.Reduced(d.Shape.Axes().AsSpan(1)), nameof(Difference), a, b, d, y);
        CheckResult(nameof(Difference), d);
        if (!Writes(d))
        {
            Reduced(default(SumOfSquares), d, y);
            return;
        }

        y.Changed();
        if (backend is not IDifferenceKernel kernel || !kernel.TryDifference(a, b, d, y))
        {
            backend.Binary(default(Subtract), a, b, d);
            backend.Reduce(default(SumOfSquares), d, y);
        }
    }

    public void Reduce<TOp>(TOp op, Tensor x, Tensor y) where TOp : unmanaged, IReduction
    {
        using var held = Enter(typeof(TOp).Name, x, y);
        Check(IsReduced(x.Shape, y.Shape), typeof(TOp).Name, x, y);
        CheckResult(typeof(TOp).Name, y);
        Reduced(op, x, y);
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

        if (!Writes(y) || (backend is IReduceEachKernel kernel && kernel.TryReduceEach(op, x, y)))
        {
            return;
        }

        for (int i = 0; i < x.Length; i++)
        {
            using Tensor place = y.Slice(0, i, 1), to = place.Reshape(x[i].Shape.Reduced(x[i].Shape.Axes()).Sizes);
            Reduced(op, x[i], to);
        }
    }

    public void MatMul(Tensor a, Tensor b, Tensor y, Epilogue epilogue)
    {
        using var held = Enter(nameof(MatMul), a, b, y, epilogue.Bias, epilogue.Gate?.Output);
        ReadOnlySpan<int> left = a.Shape.Sizes, right = b.Shape.Sizes, result = y.Shape.Sizes;
        Check(
            result.Length >= 2 && left.Length == result.Length && right.Length == result.Length && left[^1] == right[^2]
            && left[..^1].SequenceEqual(result[..^1]) && right[..^2].SequenceEqual(result[..^2]) && right[^1] == result[^1],
            nameof(MatMul), a, b, y);
        CheckContiguous(nameof(MatMul), y);
        CheckEpilogue(nameof(MatMul), epilogue, y.Shape, result[^1]);
        if (Writes(y))
        {
            backend.MatMul(a, b, y, epilogue);
        }
    }

    public void Gather(Tensor x, ReadOnlySpan<int> rows, Tensor y)
    {
        using var held = Enter(nameof(Gather), x, y);
        CheckRows(nameof(Gather), rows, taken: y, among: x);
        CheckResult(nameof(Gather), y);
        if (!Writes(y) || (backend is IGatherKernel kernel && kernel.TryGather(x, rows, y)))
        {
            return;
        }

        for (int i = 0; i < rows.Length; i++)
        {
            using Tensor from = x.Slice(0, rows[i], 1), to = y.Slice(0, i, 1);
            backend.Copy(from, to);
        }
    }

    public void ScatterAdd(Tensor x, ReadOnlySpan<int> rows, Tensor y)
    {
        using var held = Enter(nameof(ScatterAdd), x, y);
        CheckRows(nameof(ScatterAdd), rows, taken: x, among: y);
        CheckResult(nameof(ScatterAdd), y);
        if (x.Count == 0 || !Writes(y) || (backend is IGatherKernel kernel && kernel.TryScatterAdd(x, rows, y)))
        {
            return;
        }

        for (int i = 0; i < rows.Length; i++)
        {
            using Tensor from = x.Slice(0, i, 1), to = y.Slice(0, rows[i], 1);
            backend.Binary(default(Add), from, to, to);
        }
    }

    public void Update<TOp>(TOp op, ReadOnlySpan<Tensor> p, ReadOnlySpan<Tensor> g, ReadOnlySpan<Tensor> m, ReadOnlySpan<Tensor> v)
        where TOp : unmanaged, IUpdate
    {
        if (g.Length != p.Length || m.Length != p.Length || v.Length != p.Length)
        {
            throw new ArgumentException(
                $"{typeof(TOp).Name}: {p.Length} parameters, {g.Length} gradients, {m.Length} and {v.Length} moments");
        }

        using Many p1 = EnterAll(typeof(TOp).Name, p), g1 = EnterAll(typeof(TOp).Name, g), m1 = EnterAll(typeof(TOp).Name, m),
            v1 = EnterAll(typeof(TOp).Name, v);
        for (int i = 0; i < p.Length; i++)
        {
            Check(p[i].Shape == g[i].Shape && p[i].Shape == m[i].Shape
                && p[i].Shape == v[i].Shape, typeof(TOp).Name, p[i], g[i], m[i], v[i]);
            if (!p[i].IsDense || !p[i].LiesAs(g[i]) || !p[i].LiesAs(m[i]) || !p[i].LiesAs(v[i]))
            {
                throw new ArgumentException(
                    $"{typeof(TOp).Name}: parameter {p[i].Shape}, gradient and moments: expected dense ones in one order of memory");
            }
        }

        Capture.RefuseHostAccess();
        for (int i = 0; i < p.Length; i++)
        {
            p[i].Changed();
            m[i].Changed();
            v[i].Changed();
        }

        backend.Update(op, p, g, m, v);
    }

    /// <summary>Whether there is anything to write, of which whoever keeps what was derived from y is told.</summary>
    private static bool Writes(Tensor y)
    {
        if (y.Count > 0)
        {
            y.Changed();
        }

        return y.Count > 0;
    }

    /// <summary>x reduced into y; nothing at all gives what a reduction starts with.</summary>
    private void Reduced<TOp>(TOp op, Tensor x, Tensor y) where TOp : unmanaged, IReduction
    {
        if (!Writes(y))
        {
            return;
        }

        if (x.Count == 0)
        {
            backend.Fill(y, op.Start);
        }
        else
        {
            backend.Reduce(op, x, y);
        }
    }
}
