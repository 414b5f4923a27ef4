using LisNative.Layers;
using LisNative.Memory;

namespace LisNative.Onnx;

/// <summary>Networks of one's own as ONNX models.</summary>
public static class OnnxExport
{
    /// <summary>
    /// Writes what a module computes after training (<see cref="Module.Eval"/>), for any batch: the operations of its forward pass with its
    /// parameters and buffers as constants. Nobody else may use the module meanwhile.
    /// </summary>
    /// <param name="module">Its forward pass computes with its own parameters and buffers, and reads no values on the way.</param>
    /// <param name="path">Written beside its place, then renamed.</param>
    /// <param name="sample">The shape of one sample; the module takes [batch, sample…].</param>
    /// <param name="input">What the graph calls it.</param>
    /// <param name="output">What the graph calls the result.</param>
    /// <exception cref="InputException">An operation has no counterpart in ONNX, the graph would hold for one size of the batch alone, or
    /// the place cannot be written.</exception>
    /// <example><code>OnnxExport.Save(network, "digits.onnx", [1, 28, 28]);</code></example>
    public static void Save(Module module, string path, Shape sample, string input = "input", string output = "output")
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(path);
        (Module Module, bool Trains)[] modes = [.. WithParts(module).Select(m => (m, m.IsTraining))];
        module.Eval();
        try
        {
            OnnxGraph.Write(ForAnyBatch(module, sample, input, output, path).Model(path), path);
        }
        catch (NotSupportedException e)
        {
            throw new InputException(path, e.Message, e);
        }
        catch (ArgumentException e)
        {
            throw new InputException(path, $"expected a module that takes samples {sample} and computes with its own parameters and "
                + $"buffers alone ({e.Message})", e);
        }
        finally
        {
            // A module before its parts, which may have another mode.
            Array.ForEach(modes, m => m.Module.Train(m.Trains));
        }
    }

    private static IEnumerable<Module> WithParts(Module module) => [module, .. module.Children.SelectMany(c => WithParts(c.Module))];

    private static OnnxGraph ForAnyBatch(Module module, Shape sample, string input, string output, string path) => AnyBatch.Trace(
        Weights.State(module).Select(s => s.Value.Shape).Append(sample),
        batch => Trace(module, [batch, .. sample.Sizes], input, output), path);

    private static OnnxGraph Trace(Module module, Shape shape, string input, string output)
    {
        var graph = new OnnxGraph();
        var backend = new TracingBackend(graph);
        using var device = new Device("onnx", backend);
        using var scope = new Scope();
        using var noGrad = new NoGrad();
        (string Name, Tensor Value)[] state = [.. Weights.State(module)];
        Tensor[] copies = [.. state.Select(s => s.Value.To(device))];
        foreach (var (copy, (name, value)) in copies.Zip(state))
        {
            backend.Name(copy, name);
            value.Exchange(copy);
        }

        try
        {
            var x = device.Full(shape, 0.5);
            backend.Input(x, input);
            graph.Proto.Input.Add(OnnxGraph.Border(input, ["batch", .. shape.Sizes[1..].ToArray().Cast<object>()]));
            backend.Output(module.Forward(x).Value, output);
        }
        finally
        {
            foreach (var (copy, (_, value)) in copies.Zip(state))
            {
                value.Exchange(copy);
            }
        }

        return graph;
    }
}
