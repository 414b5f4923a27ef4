// pumps   learns pumps' readings that are normal, as a step of an ML.NET pipeline; saves the pipeline, loads it, and says how well
//         it finds worn bearings: vibration and temperature that do not belong to the speed.
using LisNative;
using Microsoft.ML;
using Microsoft.ML.Data;
using Pumps;

var ml = new MLContext(seed: 1);
var random = new Random(1);
var normal = ml.Data.LoadFromEnumerable(Readings(1000, isWorn: false));
var unseen = ml.Data.LoadFromEnumerable([.. Readings(300, isWorn: false), .. Readings(300, isWorn: true)]);

var pipeline = ml.Transforms.ReplaceMissingValues("Temperature")
    .Append(ml.Transforms.Concatenate("Features", "Speed", "Vibration", "Temperature"))
    .Append(new DetectorEstimator(ml, new MahalanobisOptions(), falseAlarmRate: 0.02));
var fitted = pipeline.Fit(normal);
DetectorModel.Save(ml, fitted, normal.Schema, "pumps.zip");

var loaded = DetectorModel.Load(ml, "pumps.zip", out _);
var scored = loaded.Transform(unseen);
bool isSame = scored.GetColumn<float>("Score").SequenceEqual(fitted.Transform(unseen).GetColumn<float>("Score"));
Console.WriteLine($"loaded: {(isSame ? "the same scores" : "other scores")}");
Console.WriteLine(FormattableString.Invariant($"AUC {ml.AnomalyDetection.Evaluate(scored).AreaUnderRocCurve:F3}"));

using var engine = ml.Model.CreatePredictionEngine<Reading, DetectorOutput>(loaded);
foreach (bool isWorn in (bool[])[false, true])
{
    var verdict = engine.Predict(new() { Speed = 1500, Vibration = isWorn ? 5 : 3, Temperature = 55 });
    Console.WriteLine(FormattableString.Invariant(
        $"{(isWorn ? "worn" : "sound")}: {(verdict.PredictedLabel ? "anomalous" : "normal")}, p-value {verdict.PValue:F3}"));
}

// Both follow the speed; where a bearing is worn, the pump vibrates more than the speed explains.
IEnumerable<Reading> Readings(int count, bool isWorn) => [.. Enumerable.Range(0, count).Select(i =>
{
    float speed = 1000 + (1000 * random.NextSingle());
    float vibration = (speed / 500) + (0.2f * random.NextSingle()) + (isWorn ? 0.5f + random.NextSingle() : 0);
    float temperature = i % 50 == 49 ? float.NaN : 25 + (speed / 50) + (2 * random.NextSingle());
    return new Reading { Speed = speed, Vibration = vibration, Temperature = temperature, Label = isWorn ? 1 : 0 };
})];

/// <summary>One pump at one time.</summary>
public sealed class Reading
{
    public float Speed { get; set; }

    public float Vibration { get; set; }

    public float Temperature { get; set; }

    /// <summary>1 where a bearing is worn; ML.NET's evaluator of anomalies asks for a number.</summary>
    public float Label { get; set; }
}
