using LisNative.Formulas;
using LisNative.Memory;
using LisNative.Reference;
using Onnx;
using static LisNative.Onnx.OnnxGraph;

namespace LisNative.Onnx;

/// <summary>
/// Computes as the reference does and writes down, as nodes of an ONNX graph, whatever depends on a traced input; everything else is a
/// constant. So the graph is the very computation, whatever the method. The first axis of traced values is the batch and stays variable.
/// </summary>
/// <param name="graph">Where nodes go.</param>
internal sealed partial class TracingBackend(OnnxGraph graph)
    : IBackend, IAlongAxisKernels, IGroupKernels, IIndexKernels, IPoolKernels, ISymbolicBackend
{
    private readonly ReferenceBackend<DoublePrecision, double> inner = new();
    private readonly Dictionary<Block, Traced> traced = [];
    private readonly Dictionary<Block, string> names = [];

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
    internal void Input(Tensor x, string name) => (traced[x.Block], graph.Batch) = (new(name, x), x.Shape[0]);

    /// <summary>What a constant is to be called.</summary>
    internal void Name(Tensor constant, string name) => names[constant.Block] = name;

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
        graph.Proto.Output.Add(Border(name, y.Shape.Sizes.ToArray().Select(s => !graph.IsOfBatch(s) ? (object)s
            : s == graph.Batch ? "batch" : $"{s / graph.Batch} * batch")));
    }

    public bool IsSymbolic(Tensor x) => IsTraced(x);

    public void Write<T>(Tensor y, ReadOnlySpan<T> values) where T : unmanaged
    {
        inner.Write(y, values);
        Known(y);
    }

    public void Fill(Tensor y, double value)
    {
        inner.Fill(y, value);
        Known(y, value);
    }

    public void Copy(Tensor x, Tensor y)
    {
        if (FillsItsMemory(y))
        {
            Trace(y, () => inner.Copy(x, y), [x], i => i[0], whole: 0);
        }
        else if (IsTraced(x))
        {
            Join(y, Operand(x));
        }
        else
        {
            inner.Copy(x, y);
            KnownPart(y);
        }
    }

    public void Unary<TOp>(TOp op, Tensor x, Tensor y) where TOp : unmanaged, IUnary =>
        Trace(y, () => inner.Unary(op, x, y), [x], i => OnnxFormulas.Unary(graph, op, i[0]), whole: 0);

    public void Binary<TOp>(TOp op, Tensor a, Tensor b, Tensor y) where TOp : unmanaged, IBinary =>
        Trace(y, () => inner.Binary(op, a, b, y), [a, b], i => OnnxFormulas.Binary(graph, op, i[0], i[1]), whole: 0);

    public void Reduce<TOp>(TOp op, Tensor x, Tensor y) where TOp : unmanaged, IReduction =>
        Trace(y, () => inner.Reduce(op, x, y), [x], i =>
        OnnxFormulas.Reduce(graph, op, i[0],
            [.. Enumerable.Range(0, x.Shape.Rank).Where(axis => y.Shape[axis] == 1 && x.Shape[axis] != 1)]));

    public void MatMul(Tensor a, Tensor b, Tensor y, Epilogue epilogue) =>
        Trace(y, () => inner.MatMul(a, b, y, epilogue), [a, b], i => Finish(graph.Node("MatMul", i), epilogue, [-1]), whole: 2);

    public void Update<TOp>(TOp op, ReadOnlySpan<Tensor> p, ReadOnlySpan<Tensor> g, ReadOnlySpan<Tensor> m, ReadOnlySpan<Tensor> v)
        where TOp : unmanaged, IUpdate =>
        throw new NotSupportedException("ONNX export: an update is no part of it");

    /// <summary>Computes y or, when an operand is traced, writes down how; then nobody reads its values.</summary>
    /// <param name="y">The result.</param>
    /// <param name="compute">Its values.</param>
    /// <param name="operands">What it is computed from.</param>
    /// <param name="node">Writes it down, given the operands' names.</param>
    /// <param name="whole">The innermost axes of an operand that ONNX does not broadcast by itself; it does those before.</param>
    private void Trace(Tensor y, Action compute, Tensor[] operands, Func<string[], string> node, int whole = int.MaxValue)
    {
        if (!operands.Any(IsTraced))
        {
            compute();
            Known(y);
            return;
        }

        string name = node([.. operands.Select(x => Operand(x, whole))]);
        bool isStretched = whole < y.Shape.Rank && Enumerable.Range(0, y.Shape.Rank - whole).Any(axis =>
            y.Shape[axis] > 1 && operands.All(x => x.Shape.Rank == y.Shape.Rank && (x.Shape[axis] == 1 || x.Strides[axis] == 0)));
        name = isStretched ? graph.Node("Expand", [name, Expanded(y.Shape)]) : name;
        Forget(y);
        traced[y.Block] = FillsItsMemory(y) ? new(name, y)
            : throw new NotSupportedException(
                $"ONNX export: expected results that fill their memory, found {y.Shape} in {y.Block.Used} bytes");
    }

    /// <summary>
    /// The graph's name of an operand: a constant, or a traced value as this view shows it. Broadcast axes have size 1 where ONNX
    /// broadcasts by itself: in all but the <paramref name="whole"/> innermost axes.
    /// </summary>
    private string Operand(Tensor x, int whole = int.MaxValue)
    {
        using var compact = Compact(x);
        int rank = x.Shape.Rank, first = Math.Max(0, rank - whole);
        bool isStretched = Enumerable.Range(first, rank - first).Any(axis => x.Strides[axis] == 0 && x.Shape[axis] > 1);
        return isStretched ? graph.Node("Expand", [OperandAsItLies(x, compact), Expanded(x.Shape)]) : OperandAsItLies(x, compact);
    }

    private string OperandAsItLies(Tensor x, Tensor compact) =>
        traced.TryGetValue(x.Block, out var value) ? value.As(compact, graph) : Constant(compact);

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
        if (x.Shape.Rank > 0 && x.Shape[0] == graph.Batch)
        {
            // Made for this batch, like a tensor of zeros: its rows must be the same for every sample.
            float[] first = values[..(values.Length / graph.Batch)];
            return Enumerable.Range(0, graph.Batch).All(i => values.AsSpan(i * first.Length, first.Length).SequenceEqual(first))
                ? graph.Constant("constant", [1, .. x.Shape.Sizes[1..]], first)
                : throw new NotSupportedException($"ONNX export: a constant {x.Shape} differs from sample to sample");
        }

        return graph.Constant(names.GetValueOrDefault(x.Block, "constant"), x.Shape, values);
    }

    /// <summary>Sizes to stretch to as a constant, the batch as the number that means «as it is».</summary>
    private string Expanded(Shape shape) =>
        graph.Integers([.. shape.Sizes.ToArray().Select((s, axis) => axis == 0 && s == graph.Batch ? 1 : s)]);

    private string Finish(string result, Epilogue epilogue, int[] bias)
    {
        result = epilogue.Bias is { } b
            ? graph.Node("Add", [result, graph.Constant(
            names.GetValueOrDefault(b.Block, "bias"), Shape.Create([.. bias.Select(s => s < 0 ? b.Count : s)]), b.ToArray())]) : result;
        return epilogue switch
        {
            { Gate: not null } => throw new NotSupportedException("ONNX export: a gradient through an activation is no part of it"),
            { Activation: { } activation } => OnnxFormulas.Unary(graph, activation.Formula, result),
            _ => result,
        };
    }
}
