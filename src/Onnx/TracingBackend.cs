using LisNative.Formulas;
using LisNative.Reference;
using Onnx;
using static LisNative.Onnx.OnnxGraph;

namespace LisNative.Onnx;

/// <summary>
/// Computes as the reference does and writes down, as nodes of an ONNX graph, whatever depends on a traced input; everything else is a
/// constant. So the graph is the very computation, whatever the method. The first axis of traced values is the batch and stays variable.
/// </summary>
/// <param name="graph">Where nodes go.</param>
internal sealed partial class TracingBackend(OnnxGraph graph) : IBackend, IGroupKernels, IPoolKernels
{
    private readonly ReferenceBackend<DoublePrecision, double> inner = new();
    private readonly Dictionary<nint, Traced> traced = [];
    private readonly Dictionary<nint, string> names = [];

    /// <summary>Of results that are written part by part, as joining does, the parts so far.</summary>
    private readonly Dictionary<nint, List<(Tensor Place, string Name)>> parts = [];
    private int batch;

    public BackendInfo Info { get; } = new() { Description = "writes an ONNX graph", ElementSize = sizeof(double) };

    public nint Allocate(long bytes) => inner.Allocate(bytes);

    public void Free(nint address) => inner.Free(address);

    public void Read<T>(Tensor x, Span<T> values) where T : unmanaged
    {
        if (IsTraced(x))
        {
            throw new NotSupportedException(
                $"ONNX export: expected operations on tensors alone, found values {x.Shape} that depend on the input read on the way");
        }

        inner.Read(x, values);
    }

    /// <summary>From now on a tensor is an input of the graph; no constant's first axis may be as long as its.</summary>
    internal void Input(Tensor x, string name) => (traced[x.Address], batch) = (new(name, x), x.Shape[0]);

    /// <summary>What a constant is to be called.</summary>
    internal void Name(Tensor constant, string name) => names[constant.Address] = name;

    /// <summary>The graph's value of a traced tensor, as a column [batch, 1].</summary>
    internal string Column(Tensor x) => graph.Node("Reshape", [Operand(x), graph.Integers(-1, 1)]);

    /// <summary>A traced tensor is an output of the graph.</summary>
    internal void Output(Tensor y, string name)
    {
        if (!IsTraced(y))
        {
            throw new NotSupportedException($"ONNX export: expected a result that depends on the input, found a constant {y.Shape}");
        }

        graph.Proto.Node.Add(new NodeProto { OpType = "Identity", Name = name, Input = { Operand(y) }, Output = { name } });
        graph.Proto.Output.Add(Border(name, y.Shape.Sizes.ToArray().Select(s => !IsOfBatch(s) ? (object)s
            : s == batch ? "batch" : $"{s / batch} * batch")));
    }

    public void Write<T>(Tensor y, ReadOnlySpan<T> values) where T : unmanaged
    {
        inner.Write(y, values);
        Forget(y);
    }

    public void Fill(Tensor y, double value)
    {
        inner.Fill(y, value);
        Forget(y);
    }

    public void Copy(Tensor x, Tensor y)
    {
        string Copied(string name) => x.Strides.Contains(0) ? graph.Node("Expand", [name, Expanded(y.Shape)]) : name;
        if (IsTraced(x) && !FillsItsMemory(y))
        {
            Join(y, Copied(Operand(x)));
            return;
        }

        Trace(y, () => inner.Copy(x, y), [x], i => Copied(i[0]));
    }

    public void Unary<TOp>(TOp op, Tensor x, Tensor y) where TOp : unmanaged, IUnary =>
        Trace(y, () => inner.Unary(op, x, y), [x], i => OnnxFormulas.Unary(graph, op, i[0]));

    public void Binary<TOp>(TOp op, Tensor a, Tensor b, Tensor y) where TOp : unmanaged, IBinary =>
        Trace(y, () => inner.Binary(op, a, b, y), [a, b], i => OnnxFormulas.Binary(graph, op, i[0], i[1]));

    public void Reduce<TOp>(TOp op, Tensor x, Tensor y) where TOp : unmanaged, IReduction =>
        Trace(y, () => inner.Reduce(op, x, y), [x], i =>
        OnnxFormulas.Reduce(graph, op, i[0],
            [.. Enumerable.Range(0, x.Shape.Rank).Where(axis => y.Shape[axis] == 1 && x.Shape[axis] != 1)]));

    public void MatMul(Tensor a, Tensor b, Tensor y, Epilogue epilogue) =>
        Trace(y, () => inner.MatMul(a, b, y, epilogue), [a, b], i => Finish(graph.Node("MatMul", i), epilogue, [-1]));

    public void Update<TOp>(TOp op, ReadOnlySpan<Tensor> p, ReadOnlySpan<Tensor> g, ReadOnlySpan<Tensor> m, ReadOnlySpan<Tensor> v)
        where TOp : unmanaged, IUpdate =>
        throw new NotSupportedException("ONNX export: an update is no part of it");

    /// <summary>Computes y or, when an operand is traced, writes down how; then nobody reads its values.</summary>
    private void Trace(Tensor y, Action compute, Tensor[] operands, Func<string[], string> node)
    {
        if (!operands.Any(IsTraced))
        {
            compute();
            Forget(y);
            return;
        }

        string name = node([.. operands.Select(Operand)]);
        Forget(y);
        traced[y.Address] = FillsItsMemory(y) ? new(name, y)
            : throw new NotSupportedException(
                $"ONNX export: expected results that fill their memory, found {y.Shape} in {y.Block.Used} bytes");
    }

    private bool IsTraced(Tensor x) => !parts.ContainsKey(x.Address) ? traced.ContainsKey(x.Address)
        : throw new NotSupportedException($"ONNX export: expected results that fill their memory, found part of {x.Block.Used} bytes");

    private void Forget(Tensor y)
    {
        traced.Remove(y.Address);
        parts.Remove(y.Address);
    }

    private bool FillsItsMemory(Tensor y) => (long)y.Count * Info.ElementSize == y.Block.Used;

    /// <summary>Writes down a part of a result; with the last one, that they follow one another along an axis.</summary>
    private void Join(Tensor place, string name)
    {
        if (!parts.TryGetValue(place.Address, out var known))
        {
            known = parts[place.Address] = [];
        }

        known.Add((place.Alias(), name));
        if (known.Sum(p => (long)p.Place.Count) * Info.ElementSize < place.Block.Used)
        {
            return;
        }

        parts.Remove(place.Address);
        var (first, second) = (known[0].Place, known[1].Place);
        int axis = Enumerable.Range(0, first.Shape.Rank).First(a =>
            first.Offset + (first.Shape[a] * first.Strides[a]) == second.Offset && first.Shape.Without(a) == second.Shape.Without(a));
        int[] sizes = first.Shape.Sizes.ToArray();
        sizes[axis] = known.Sum(p => p.Place.Shape[axis]);
        traced[place.Address] = new(
            graph.Node("Concat", known.Select(p => p.Name), Attribute("axis", (long)axis)), Shape.Create(sizes), first);
        known.ForEach(p => p.Place.Dispose());
    }

    /// <summary>
    /// The graph's name of an operand: a constant, or a traced value as this view shows it. Broadcast axes have size 1, as ONNX broadcasts
    /// by itself.
    /// </summary>
    private string Operand(Tensor x)
    {
        using var compact = Compact(x);
        return traced.TryGetValue(x.Address, out var value) ? value.As(compact, graph, Sizes) : Constant(compact);
    }

    /// <summary>A view with every broadcast axis cut to size 1.</summary>
    private static Tensor Compact(Tensor x)
    {
        var view = x.Alias();
        for (int axis = 0; axis < x.Shape.Rank; axis++)
        {
            if (x.Strides[axis] == 0 && x.Shape[axis] > 1)
            {
                using var whole = view;
                view = whole.Slice(axis, 0, 1);
            }
        }

        return view;
    }

    private string Constant(Tensor x)
    {
        float[] values = x.ToArray();
        if (x.Shape.Rank > 0 && x.Shape[0] == batch)
        {
            // Made for this batch, like a tensor of zeros: its rows must be the same for every sample.
            float[] first = values[..(values.Length / batch)];
            return Enumerable.Range(0, batch).All(i => values.AsSpan(i * first.Length, first.Length).SequenceEqual(first))
                ? graph.Constant("constant", [1, .. x.Shape.Sizes[1..]], first)
                : throw new NotSupportedException($"ONNX export: a constant {x.Shape} differs from sample to sample");
        }

        return graph.Constant(names.GetValueOrDefault(x.Address, "constant"), x.Shape, values);
    }

    /// <summary>The sizes of a reshape as a constant, those of the batch as what is left over.</summary>
    private string Sizes(Shape shape)
    {
        long[] sizes = [.. shape.Sizes.ToArray().Select(s => (long)s)];
        if (Array.FindIndex(shape.Sizes.ToArray(), IsOfBatch) is >= 0 and var axis)
        {
            sizes[axis] = -1;
        }

        return graph.Integers(sizes);
    }

    /// <summary>Sizes to stretch to as a constant, the batch as the number that means «as it is».</summary>
    private string Expanded(Shape shape) =>
        graph.Integers([.. shape.Sizes.ToArray().Select((s, axis) => axis == 0 && s == batch ? 1 : (long)s)]);

    /// <summary>Whether a size grows with the batch: no size of a constant is a multiple of it.</summary>
    private bool IsOfBatch(int size) => size > 0 && size % batch == 0;

    private string Finish(string result, Epilogue epilogue, int[] bias)
    {
        result = epilogue.Bias is { } b
            ? graph.Node("Add", [result, graph.Constant(
            names.GetValueOrDefault(b.Address, "bias"), Shape.Create([.. bias.Select(s => s < 0 ? b.Count : s)]), b.ToArray())]) : result;
        return epilogue switch
        {
            { Gate: not null } => throw new NotSupportedException("ONNX export: a gradient through an activation is no part of it"),
            { Activation: { } activation } => OnnxFormulas.Unary(graph, activation.Formula, result),
            _ => result,
        };
    }
}
