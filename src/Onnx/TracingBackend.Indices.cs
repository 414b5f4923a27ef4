using static LisNative.Onnx.OnnxGraph;

namespace LisNative.Onnx;

// Numbers of rows and positions are floats here, and whole numbers of 64 bits there.
internal sealed partial class TracingBackend
{
    public void Gather(Tensor x, Tensor indices, Tensor y) =>
        Trace(y, () => EachRow(indices, x.Shape[1], (k, row) => Moved(x, row, y, k, 1, adds: false)), [x, indices],
            i => graph.Node("Gather", [i[0], Whole(i[1])], Attribute("axis", 1)));

    public void ScatterAdd(Tensor y, Tensor indices, Tensor x) => Trace(x,
        () => EachRow(indices, x.Shape[1], (k, row) => Moved(y, k, x, row, 1, adds: true)), [y, indices],
        i => Scattered(i[0], graph.Node("Expand",
            [graph.Node("Reshape", [Whole(i[1]), graph.Integers(1, -1, 1)]), graph.Node("Shape", [i[0]])]), x));

    public void TakeAlongAxis(Tensor x, Tensor indices, Tensor y) => Trace(y,
        () => EachPlace(indices, x.Shape[1], (n, k, place) => Moved(x[n], place, y[n], k, 0, adds: false)), [x, indices],
            i => graph.Node("GatherElements", [i[0], Whole(i[1])], Attribute("axis", 1)));

    public void ScatterAddAlongAxis(Tensor y, Tensor indices, Tensor x) => Trace(x,
        () => EachPlace(indices, x.Shape[1], (n, k, place) => Moved(y[n], k, x[n], place, 0, adds: true)), [y, indices],
        i => Scattered(i[0], Whole(i[1]), x));

    private string Whole(string x) => graph.Node("Cast", [x], Attribute("to", (int)global::Onnx.TensorProto.Types.DataType.Int64));

    /// <summary>Values added to zeros [lines, positions, …], which have as many lines.</summary>
    private string Scattered(string y, string indices, Tensor zeros)
    {
        string shape = SizesOfBatch(zeros, y);
        return graph.Node("ScatterElements", [graph.Node("Expand", [graph.Scalar(0), shape]), indices, y],
            Attribute("axis", 1), Attribute("reduction", "add"));
    }

    private static void EachRow(Tensor indices, int size, Action<int, int> use)
    {
        foreach (var (k, row) in indices.ToArray().Index().Where(r => r.Item >= 0 && r.Item < size))
        {
            use(k, (int)row);
        }
    }

    private static void EachPlace(Tensor indices, int size, Action<int, int, int> use)
    {
        for (int n = 0; n < indices.Shape[0]; n++)
        {
            EachRow(indices[n], size, (k, place) => use(n, k, place));
        }
    }

    private void Moved(Tensor x, int from, Tensor y, int to, int axis, bool adds)
    {
        using Tensor source = x.Slice(axis, from, 1), place = y.Slice(axis, to, 1);
        if (adds)
        {
            inner.Binary(default(Formulas.Add), source, place, place);
        }
        else
        {
            inner.Copy(source, place);
        }
    }
}
