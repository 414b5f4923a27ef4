using LisNative;
using LisNative.Data;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Pumps;

/// <summary>Fits a detector of any method to rows, all normal: to their column Features, which has the numbers of a row.</summary>
/// <param name="ml">Where the transformer lives.</param>
/// <param name="options">The method and its settings.</param>
/// <param name="falseAlarmRate">The share of normal rows that may be labelled anomalous.</param>
public sealed class DetectorEstimator(MLContext ml, DetectorOptions options, double falseAlarmRate = 0.05)
    : IEstimator<DetectorTransformer>
{
    public DetectorTransformer Fit(IDataView input)
    {
        float[][] rows = [.. input.GetColumn<float[]>(nameof(DetectorInput.Features))];
        int width = rows.Length > 0 ? rows[0].Length : throw new InputException("Features", "expected normal rows, found none");
        var normal = new Dataset("rows", [width], [.. rows.SelectMany(row => row)], new int[rows.Length]);
        return new(ml, Detector.Fit(Device.Cpu, normal, negatives: null, options), falseAlarmRate);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) =>
        ml.Transforms.CustomMapping<DetectorInput, DetectorOutput>((_, _) => { }, DetectorMapping.Contract).GetOutputSchema(inputSchema);
}
