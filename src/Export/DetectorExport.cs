using System.Globalization;
using LisNative.Memory;
using Onnx;

namespace LisNative.Onnx;

/// <summary>A detector as an ONNX model: samples in, scores out, preprocessing inside.</summary>
public static class DetectorExport
{
    /// <summary>The names of the graph's input [batch, sample…] and output [batch].</summary>
    public const string Input = "samples", Output = "scores";

    /// <summary>
    /// Writes what a model file computes, for any batch. Vectors are standardised in the graph; pixels are expected in [0, 1], as
    /// everywhere. The metadata hold the method, the shape of a sample, and thresholds for rates of false alarms.
    /// </summary>
    /// <param name="model">A file that <see cref="Detector.Save(string)"/> wrote.</param>
    /// <param name="path">Written beside its place, then renamed.</param>
    /// <exception cref="InputException">The model cannot be read, its score is no function of tensors, or the place cannot be
    /// written.</exception>
    public static void Write(string model, string path)
    {
        using var known = Detector.Load(Device.Cpu, model);
        try
        {
            var graph = AnyBatch.Trace(
                known.State.Select(s => s.Value.Shape).Append(known.SampleShape), batch => Trace(model, batch), model);
            OnnxGraph.Write(Described(graph.Model(model), known), path);
        }
        catch (NotSupportedException e)
        {
            throw new InputException(model, e.Message, e);
        }
    }

    private static OnnxGraph Trace(string model, int batch)
    {
        var graph = new OnnxGraph();
        var backend = new TracingBackend(graph);
        using var device = new Device("onnx", backend);
        using var detector = Detector.Load(device, model);
        using var scope = new Scope();
        foreach (var (name, value) in detector.State)
        {
            backend.Name(value, name);
        }

        var x = device.Full([batch, .. detector.SampleShape.Sizes], 0.5);
        backend.Input(x, Input);
        using var noGrad = new NoGrad();
        var (scores, squares) = detector.Trace(x);
        AddRanked(graph, backend.Column(scores.Value), backend.Column(squares.Value));
        graph.Proto.Input.Add(OnnxGraph.Border(Input, ["batch", .. detector.SampleShape.Sizes.ToArray().Cast<object>()]));
        graph.Proto.Output.Add(OnnxGraph.Border(Output, "batch"));
        return graph;
    }

    /// <summary>
    /// The output: a score, or the largest of all numbers where it or the sample's squares overflow or are NaN, of which no comparison
    /// holds. In columns [batch, 1], since runtimes that know no vectors compare those rightly.
    /// </summary>
    private static void AddRanked(OnnxGraph graph, string scores, string squares)
    {
        string most = graph.Constant("most", [1, 1], [float.MaxValue]);
        string WhereFinite(string x, string score) =>
            graph.Node("Where", [graph.Node("LessOrEqual", [graph.Node("Abs", [x]), most]), score, most]);
        string ranked = WhereFinite(scores, WhereFinite(squares, scores));
        graph.Proto.Node.Add(new NodeProto
        { OpType = "Reshape", Name = Output, Input = { ranked, graph.Integers(-1) }, Output = { Output } });
    }

    private static ModelProto Described(ModelProto proto, Detector detector)
    {
        var method = Methods.Find(detector.Options);
        (proto.ProducerVersion, proto.DocString) =
            (detector.Provenance.Engine, $"{method.Name}: {method.Summary} Higher scores are more anomalous.");
        void Add(string key, string value) => proto.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        Add("method", method.Name);
        Add("options", method.Write(detector.Options).ToJsonString());
        Add("sample", string.Join(",", detector.SampleShape.Sizes.ToArray()));
        if (detector.Calibration.Scores.Length > 0)
        {
            foreach (var (rate, threshold, _) in detector.Calibration.Sweep())
            {
                Add(string.Create(CultureInfo.InvariantCulture, $"threshold at a false-alarm rate of {rate}"),
                    threshold.ToString("R", CultureInfo.InvariantCulture));
            }
        }

        return proto;
    }
}
