using LisNative.Data;
using LisNative.Onnx;
using LisNative.Random;
using Microsoft.ML.OnnxRuntime;

namespace LisNative.Tests.Export;

/// <summary>
/// What the conformance suite does not ask of an export: vectors, colour, what the file says of itself, and what cannot be written.
/// </summary>
public sealed class OnnxTests : InFolder
{
    private static readonly LisOptions Small = new()
    { Width1 = 8, Width2 = 8, Latent = 3, Epochs1 = 2, Epochs2 = 2, Batch = 16, NegativePool = 64 };

    private Detector Fit(Dataset normal, Dataset negatives, DetectorOptions options)
    {
        var detector = options.FitOn(normal, negatives);
        detector.Save(folder["model.lis"]);
        return detector;
    }

    private static Dataset Noise(Shape sample, ulong stream, float scale)
    {
        var values = new float[64 * sample.Count];
        var random = new Philox(1, stream);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = scale * random.Uniform((ulong)i);
        }

        return new("noise", sample, values, new int[64]);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(3, 12, 20)]
    [InlineData(1, 28, 28)]
    public void Vectors_are_standardised_in_the_graph_and_images_may_have_colours(params int[] sample)
    {
        var shape = Shape.Create(sample);
        float scale = sample.Length == 1 ? 50 : 1;
        using var detector = Fit(Noise(shape, 1, scale), Noise(shape, 2, scale), Small);
        DetectorExport.Write(folder["model.lis"], folder["model.onnx"]);
        OnnxModel.AssertScores(detector, folder["model.onnx"], Noise(shape, 3, scale));
    }

    [Fact]
    public void A_gradient_through_an_activation_is_refused()
    {
        using var scope = new Memory.Scope();
        var backend = new TracingBackend(new OnnxGraph());
        using var device = new Device("onnx", backend);
        Tensor x = device.Full([3, 4], 0.5), w = device.Full([4, 2], 0.5), y = device.Full([3, 2], 0.5);
        backend.Input(x, "x");
        var end = new Epilogue(Gate: new(Activation.Sigmoid, y));
        Failure.Contains<NotSupportedException>("through an activation", () => Tensor.MatMul(x, w, end));
    }

    [Fact]
    public void The_file_says_what_it_is()
    {
        using var detector = Fit(Noise([5], 1, 1), Noise([5], 2, 1), Small);
        DetectorExport.Write(folder["model.lis"], folder["model.onnx"]);
        using var session = new InferenceSession(folder["model.onnx"]);
        Assert.Equal(["batch", ""], session.InputMetadata[DetectorExport.Input].SymbolicDimensions);
        Assert.Equal([-1], session.OutputMetadata[DetectorExport.Output].Dimensions);
        var metadata = session.ModelMetadata.CustomMetadataMap;
        Assert.Equal(("lis-ae", "5"), (metadata["method"], metadata["sample"]));
        Assert.Contains(metadata, m => m.Key.StartsWith("threshold", StringComparison.Ordinal)
            && float.Parse(m.Value, System.Globalization.CultureInfo.InvariantCulture) > 0);
    }

    [Fact]
    public void What_cannot_be_written_leaves_nothing_behind()
    {
        using var detector = Fit(Noise([5], 1, 1), Noise([5], 2, 1), Small);
        Assert.Throws<InputException>(() => DetectorExport.Write(folder["model.lis"], Path.Combine(folder["none"], "x", "\0")));
        Assert.Throws<InputException>(() => DetectorExport.Write(folder["other.lis"], folder["model.onnx"]));
        Assert.Equal(["model.lis"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));
    }
}
