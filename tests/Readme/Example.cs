using LisNative;
using LisNative.Data;
using LisNative.Random;

namespace ReadmeExample;

/// <summary>The README's program, compiled and run.</summary>
internal static class Example
{
    internal static void Run()
    {
        Dataset normal = StrokeDigits.Digits(1024, new Philox(1), 8);
        Dataset negatives = StrokeDigits.RandomStrokes(512, new Philox(2));
        var options = new LisOptions { Latent = 16, Epochs1 = 2, Epochs2 = 2 };

        using var detector = Detector.Fit(Device.Cpu, normal, negatives, options);
        float[] scores = detector.Score(StrokeDigits.Digits(100, new Philox(3)));   // higher = more anomalous
        float threshold = detector.Threshold(falseAlarmRate: 0.1);                   // from held-out normal data
        Console.WriteLine($"{scores.Count(s => s > threshold)} of {scores.Length} flagged");

        detector.Save("model.lis");                                                  // safetensors, checked when loaded
        using var loaded = Detector.Load("model.lis");
        float[] pixels = StrokeDigits.Digits(1, new Philox(4)).ToFloats();
        float score = loaded.Score(pixels);                                          // on any thread, nothing allocated
        double p = loaded.Calibration.PValue(score);                                 // share of normal data that score so high
        Console.WriteLine($"score {score}, p {p}");
    }
}
