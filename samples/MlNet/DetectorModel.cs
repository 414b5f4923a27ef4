using System.Globalization;
using System.IO.Compression;
using LisNative;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Pumps;

/// <summary>
/// A pipeline that ends with a detector, in one file. ML.NET's model file is a zip, and ML.NET reads only the entries that it knows: the
/// detector and its rate of false alarms are two more.
/// </summary>
public static class DetectorModel
{
    private const string Bytes = "detector.lis", Rate = "false-alarm-rate.txt";

    public static void Save(MLContext ml, TransformerChain<DetectorTransformer> pipeline, DataViewSchema input, string path)
    {
        ml.Model.Save(pipeline, input, path);
        using var file = ZipFile.Open(path, ZipArchiveMode.Update);
        using (var bytes = file.CreateEntry(Bytes).Open())
        {
            pipeline.LastTransformer.Detector.Save(bytes);
        }

        using var rate = new StreamWriter(file.CreateEntry(Rate).Open());
        rate.Write(pipeline.LastTransformer.FalseAlarmRate.ToString("R", CultureInfo.InvariantCulture));
    }

    public static ITransformer Load(MLContext ml, string path, out DataViewSchema input)
    {
        using var file = ZipFile.OpenRead(path);
        Stream Entry(string name) => file.GetEntry(name)?.Open()
            ?? throw new InputException(path, $"expected a pipeline with a detector, found no {name} in it");
        using var bytes = Entry(Bytes);
        using var rate = new StreamReader(Entry(Rate));
        var mapping = DetectorMapping.Of(Detector.Load(bytes), double.Parse(rate.ReadToEnd(), CultureInfo.InvariantCulture));
        ml.ComponentCatalog.RegisterAssembly(typeof(DetectorMapping).Assembly);
        var (pipeline, schema) = DetectorMapping.With(mapping, () => (ml.Model.Load(path, out var schema), schema));
        input = schema;
        return pipeline;
    }
}
