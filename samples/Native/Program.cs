using System.Diagnostics;
using LisNative;
using LisNative.Data;

// score MODEL IMAGE…           one line an image: its score and whether normal data reach it once in twenty times
// score MODEL IMAGE… --time N  and how long one score takes: the median of N, and what 99 of 100 stay below
int end = Array.IndexOf(args, "--time") is >= 0 and var at ? at : args.Length;
using var detector = Detector.Load(args[0]);
float threshold = detector.Threshold(falseAlarmRate: 0.05);
foreach (string path in args[1..end])
{
    float[] pixels = Sources.Open(path).ToFloats();
    float score = detector.Score(pixels);
    Console.WriteLine($"{path} {score:R} {(score > threshold ? "anomalous" : "normal")}");
    if (end < args.Length)
    {
        var times = new double[int.Parse(args[end + 1])];
        for (int i = -times.Length; i < times.Length; i++)
        {
            long start = Stopwatch.GetTimestamp();
            detector.Score(pixels);
            times[Math.Max(i, 0)] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }

        Array.Sort(times);
        Console.WriteLine($"{times[times.Length / 2]:F1} µs");
        Console.WriteLine($"99 of 100 within {times[times.Length * 99 / 100]:F1}");
    }
}
