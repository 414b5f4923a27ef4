using LisNative.Data;
using LisNative.Onnx;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace LisNative.Tests.Export;

/// <summary>An exported detector in ONNX Runtime.</summary>
internal static class OnnxModel
{
    /// <summary>Its scores of samples in one batch and one by one are the detector's, to 1e-5 of their size or of 1.</summary>
    internal static void AssertScores(Detector detector, string path, Dataset samples)
    {
        using var session = new InferenceSession(path);
        float[] expected = detector.Score(samples), values = samples.ToFloats();
        AssertClose(expected, Scores(session, samples.SampleShape, values));
        AssertClose(expected[..1], Scores(session, samples.SampleShape, values[..samples.SampleShape.Count]));
    }

    /// <summary>A sample with a number that none should have, or that overflows, is further out than any.</summary>
    internal static void AssertFarOut(string path, Shape sample, params ReadOnlySpan<float> values)
    {
        using var session = new InferenceSession(path);
        foreach (float value in values)
        {
            var one = new float[sample.Count];
            one[^1] = value;
            Assert.Equal([float.MaxValue], Scores(session, sample, one));
        }
    }

    private static float[] Scores(InferenceSession session, Shape sample, float[] values)
    {
        var tensor = new DenseTensor<float>(values, [values.Length / sample.Count, .. sample.Sizes]);
        using var results = session.Run([NamedOnnxValue.CreateFromTensor(DetectorExport.Input, tensor)]);
        var scores = results.Single(r => r.Name == DetectorExport.Output).AsTensor<float>();
        Assert.Equal(1, scores.Dimensions.Length);
        return [.. scores];
    }

    private static void AssertClose(float[] expected, float[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        double worst = expected.Zip(found, (e, f) => Math.Abs(e - f) / Math.Max(1, Math.Abs(e))).Max();
        Assert.True(worst <= 1e-5, $"the scores differ by up to {worst}");
    }
}
