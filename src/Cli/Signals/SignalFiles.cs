using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using LisNative.Data;
using LisNative.Random;

namespace LisNative.Cli.Signals;

/// <summary>A drawn signal as files: a row each minute.</summary>
internal static class SignalFiles
{
    private const int Normal = 3000, Test = 3000, Step = 60;
    private const double Begin = 1_767_225_600;

    internal static void Write(string folder, Philox random)
    {
        var drawn = DrawnSignals.Draw("coupled", Normal, Test, random);
        WriteTable(Path.Combine(folder, "normal.csv"), drawn.Normal, Begin, labelled: false);
        double first = Begin + (Normal * Step);
        WriteTable(Path.Combine(folder, "test.csv"), drawn.Test, first, labelled: true);
        string Time(int row) => Timestamps.Text(first + (row * Step));
        var ranges = new JsonObject
        {
            ["test.csv"] = new JsonArray([.. drawn.Events.Select(e => new JsonArray(Time(e.First), Time(e.End - 1)))]),
        };
        Outputs.Write(Path.Combine(folder, "ranges.json"), $"{ranges.ToJsonString()}\n");
    }

    private static void WriteTable(string path, Dataset rows, double first, bool labelled)
    {
        var text = new StringBuilder($"time,{string.Join(',', rows.Columns!)}{(labelled ? ",anomalous" : "")}\n");
        float[] values = rows.ToFloats();
        foreach (var (row, numbers) in values.Chunk(rows.SampleShape.Count).Index())
        {
            text.Append(CultureInfo.InvariantCulture, $"{Timestamps.Text(first + (row * Step))},")
                .AppendJoin(',', numbers.Select(n => n.ToString("G9", CultureInfo.InvariantCulture)))
                .Append(labelled ? $",{rows.Labels[row]}" : "").Append('\n');
        }

        Outputs.Write(path, text.ToString());
    }
}
