using LisNative.Data;
using LisNative.Tests.Detectors;

namespace LisNative.Tests.Export;

/// <summary>Weights from elsewhere become a detector, whatever their names.</summary>
public sealed class ImportTests : InFolder
{
    private static readonly AutoencoderOptions Small = new() { Width1 = 8, Width2 = 8, Latent = 3, Epochs1 = 2, Batch = 16 };

    private static byte[] Counter()
    {
        byte[] header = [.. """{"bn.num_batches_tracked":{"dtype":"I64","shape":[8],"data_offsets":[0,64]}}"""u8];
        return [.. BitConverter.GetBytes((long)header.Length), .. header, .. new byte[64]];
    }

    [Fact]
    public void Renamed_weights_give_the_scores_of_their_own_detector()
    {
        var (train, held, test) = (Bars.Horizontal(64, 1), Bars.Horizontal(200, 2), Bars.Vertical(16, 3));
        using var own = Small.FitOn(train);
        own.Save(folder["own.lis"]);
        var saved = SafeTensors.Read(folder["own.lis"]);

        // As a PyTorch module would name them: 0.weight, 0.bias, 1.weight, …
        string[] names = [.. saved.Tensors.Keys.Where(
            k => k.EndsWith(".weight", StringComparison.Ordinal) || k.EndsWith(".bias", StringComparison.Ordinal))];
        Assert.Equal(14, names.Length);
        // Batch normalisation leaves a counter of integers, which no layer here asks for.
        var theirs = SafeTensors.Parse(Counter(), "theirs");
        var map = new Dictionary<string, string>();
        foreach (var (i, name) in names.Index())
        {
            map[name] = $"{i / 2}.{name[(name.LastIndexOf('.') + 1)..]}";
            theirs.Add(map[name], saved[name].Shape, saved[name].ToFloats());
        }

        using var imported = Detector.Import(Device.Cpu, held, theirs.Renamed(map), Small);
        Assert.Equal(own.Score(test), imported.Score(test));
        Assert.Equal(20, imported.Calibration.Scores.Length);
        imported.Save(folder["imported.lis"]);
        using var loaded = Detector.Load(folder["imported.lis"]);
        Assert.Equal(own.Score(test), loaded.Score(test));

        Failure.Contains<InputException>("\"conv1.weight\"", () => Detector.Import(Device.Cpu, held, theirs, Small));
        Dataset odd = new("odd", [1, 6, 6], new byte[200 * 36], new int[200]);
        Failure.Contains<InputException>("expected a depth of 1 to 3",
            () => Detector.Import(Device.Cpu, odd, theirs.Renamed(map), Small with { Depth = 4 }));
        theirs.Add("not a number", [1], [float.NaN]);
        Failure.Contains<InputException>("NaN",
            () => Detector.Import(Device.Cpu, held, theirs.Renamed(new Dictionary<string, string>(map) { ["conv3.bias"] = "not a number" }),
            Small));
        var counter = new Dictionary<string, string>(map) { ["conv1.bias"] = "bn.num_batches_tracked" };
        Failure.Contains<InputException>("\"bn.num_batches_tracked\": expected numbers",
            () => Detector.Import(Device.Cpu, held, theirs.Renamed(counter), Small));
        map["conv1.weight"] = "7.weight";
        Failure.Contains<InputException>("\"7.weight\"", () => theirs.Renamed(map));
        map["conv1.weight"] = "1.weight";
        Failure.Contains<InputException>("expected [8, 1, 4, 4]", () => Detector.Import(Device.Cpu, held, theirs.Renamed(map), Small));
    }
}
