using System.CommandLine;
using System.Text.Json.Nodes;
using LisNative.Data;
using LisNative.Data.Synthetic;
using LisNative.Experiments;
using LisNative.Random;

namespace LisNative.Cli.Verbs;

/// <summary>negatives: what synthetic negatives of some normal data look like, and whether they overlap it.</summary>
internal static class Negatives
{
    private const int Shown = 16;

    internal static Command Command()
    {
        var normal = new Argument<string>("DATA")
        {
            Description = "Normal data: a folder or zip of images, IDX, .npy, .npz, a table as text (.csv, .tsv, .txt), or a data set's "
            + "name with classes (mnist:8)."
        };
        var path = new Option<string>("--out") { Description = "The picture.", DefaultValueFactory = _ => "negatives.png" };
        var (folder, reading, seed, json) = (Common.DataFolder(), new Reading(), Common.Seed(), Common.Json());
        var windows = new WindowOptions();
        var command = new Command("negatives",
            "Show the synthetic negatives of some normal data, kind by kind, and how far each overlaps it.")
            { normal, path, folder, seed, json, reading.All, windows.All };
        command.SetAction(parsed =>
        {
            string picture = parsed.GetValue(path)!;
            Outputs.Check("--out", picture, [parsed.GetValue(normal), .. Outputs.DataFiles(parsed.GetValue(folder))]);
            Outputs.CheckUnnamed("--out", parsed.IsGiven(path) ? null : picture);
            var terminal = new Terminal(parsed.GetValue(json));
            var how = reading.Options(parsed);
            var set = terminal.Doing("reading the normal data",
                () => Reading.Obeyed(how, new DataFolder(parsed.GetValue(folder)).Open(parsed.GetValue(normal)!, train: true, how)));
            set = windows.Read(parsed) is { } asked ? set.Windowed(asked) : set;
            Show(set, new Philox(parsed.GetValue(seed), 0x0E6), picture, terminal, reading);
            return reading.ExitCode;
        });
        return command;
    }

    private static void Show(Dataset normal, Philox random, string path, Terminal terminal, Reading reading)
    {
        bool faults = normal.Count >= FaultOverlap.Fewest;
        string[] kinds = [.. SyntheticNegatives.Kinds(normal).Where(k => faults || !SurfaceFaults.Kinds.Contains(k))],
            best = [.. SyntheticNegatives.Best(normal)];
        int[] first = [.. Enumerable.Range(0, Math.Min(Shown, normal.Count))];
        List<float[]> rows = [Pictures(normal)];
        double[] shares = [.. kinds.Select((kind, i) => terminal.Doing($"making {kind} and comparing it with the normal data", () =>
        {
            var own = random.FoldIn((ulong)i);
            if (normal.Windows is not null)
            {
                return SignalOverlap.Fraction(kind, normal, own);
            }

            bool local = SurfaceFaults.Kinds.Contains(kind);
            var made = SyntheticNegatives.Make(normal, local ? Shown : Overlap.Compared(normal.SampleShape), own, kind);
            rows.Add(Pictures(made));
            return local ? FaultOverlap.Fraction(kind, normal, own) : Overlap.Fraction(normal, made);
        }))];
        float[] Pictures(Dataset set) => set.Select(set.Name, first).ToFloats();
        foreach (var (kind, share) in kinds.Zip(shares).Where(k => k.First != SyntheticNegatives.Noise))
        {
            Common.WarnOfOverlap(kind, share);
        }

        bool pictures = normal.SampleShape.Rank == 3;
        if (pictures)
        {
            ImageGrid.Write(path, normal.SampleShape, rows, (row, _) => row == 0);
        }

        terminal.Result(
            new JsonObject
            {
                ["kinds"] = new JsonArray([.. kinds.Zip(
                    shares, (kind, share) => new JsonObject
                    { ["kind"] = kind, ["overlap"] = share, ["usedBySynthetic"] = best.Contains(kind) })]),
                ["picture"] = pictures ? path : null,
                ["unreadable"] = reading.Unreadable,
            },
            [
                .. kinds.Zip(shares, (kind, share) =>
                ($"{kind}{(best.Contains(kind) ? "" : ", not used unless asked for")}",
                FormattableString.Invariant($"overlap {share:P1}"))),
                .. pictures ? new[] { ($"picture: normal, {string.Join(", ", kinds)}", path) } : [],
            ]);
    }
}
