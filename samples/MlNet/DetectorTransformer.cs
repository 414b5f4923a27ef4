using LisNative;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Pumps;

/// <summary>Appends a detector's verdicts to rows: Score, PredictedLabel and PValue.</summary>
public sealed class DetectorTransformer : ITransformer
{
    private readonly ITransformer mapping;

    internal DetectorTransformer(MLContext ml, Detector detector, double falseAlarmRate)
    {
        (Detector, FalseAlarmRate) = (detector, falseAlarmRate);
        mapping = ml.Transforms.CustomMapping(DetectorMapping.Of(detector, falseAlarmRate), DetectorMapping.Contract)
            .Fit(ml.Data.LoadFromEnumerable<DetectorInput>([]));
    }

    public Detector Detector { get; }

    public double FalseAlarmRate { get; }

    public bool IsRowToRowMapper => mapping.IsRowToRowMapper;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => mapping.GetOutputSchema(inputSchema);

    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => mapping.GetRowToRowMapper(inputSchema);

    public IDataView Transform(IDataView input) => mapping.Transform(input);

    public void Save(ModelSaveContext ctx) => mapping.Save(ctx);
}
