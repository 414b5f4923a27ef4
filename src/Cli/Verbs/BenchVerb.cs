using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using LisNative.Cli.Bench;

namespace LisNative.Cli.Verbs;

/// <summary>bench: times of kernels, training steps and scoring, one line a case, under the names that peers use.</summary>
internal static class BenchVerb
{
    /// <summary>
    /// Runs of a case, and how long, before any is timed: in training the runtime has long compiled well what is called often.
    /// </summary>
    private const int WarmUp = 5, WarmUpMs = 300;

    internal static Command Command()
    {
        var name = Common.DeviceName();
        var suite = new Option<string>("--suite") { Description = "kernels, steps, score or all.", DefaultValueFactory = _ => "all" };
        suite.AcceptOnlyFromAmong("kernels", "steps", "score", "all");
        var only = Common.Only();
        var repeat = new Option<int>("--repeat")
        { Description = "Timed runs of each case; the median counts.", DefaultValueFactory = _ => 15 };
        var batch = new Option<int>("--batch")
        { Description = "Samples of a layer, a step or a score.", DefaultValueFactory = _ => Cases.DefaultBatch };
        var shapes = new Option<string[]>("--case")
        {
            Description = "A case of one's own in place of the fixed list, \"NAME: conv2d 8 64 56 56 64 3 3 1 1 1 1\"; repeatable. A "
            + "misspelt one is answered with all that can be asked."
        };
        var file = new Option<string?>("--file") { Description = "A file of such cases, one a line; - reads standard input." };
        var json = Common.Json();
        var command = new Command("bench", "Time a device: kernels, training steps, scoring, shapes of one's own.")
        { name, suite, only, shapes, file, repeat, batch, json };
        command.SetAction((parsed, cancellation) =>
        {
            int AtLeastOne(Option<int> option) => Common.AtLeastOne(option.Name, parsed.GetValue(option));
            var device = Common.OpenDevice(parsed.GetValue(name)!);
            var own = Own(device, parsed.GetValue(shapes)!, parsed.GetValue(file));
            Run(device, own, parsed.GetValue(suite)!, parsed.GetValue(only)!, AtLeastOne(repeat),
                AtLeastOne(batch), parsed.GetValue(json), cancellation);
            return Task.FromResult(0);
        });
        return command;
    }

    /// <summary>The cases that the user wrote, or none.</summary>
    private static Case[] Own(Device device, string[] lines, string? file)
    {
        Case[] own = [.. lines.SelectMany(l => ShapeCases.Of(device, "--case", l)),
            .. file is null ? [] : ShapeCases.Of(device, file == "-" ? "standard input" : file, Lines(file))];
        return own.Length > 0 || file is null ? own
            : throw new InputException(file, "expected lines «NAME: OPERATION ARGUMENTS», found none");
    }

    private static string[] Lines(string file)
    {
        try
        {
            return file == "-" ? Console.In.ReadToEnd().Split('\n') : File.ReadAllLines(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException(file, $"it cannot be read: {e.Message}", e);
        }
    }

    private static void Run(
        Device device, Case[] own, string suite, string only, int repeat, int batch, bool json, CancellationToken cancellation)
    {
        var all = Cases.All(device, batch).ToList();
        var chosen = Common.Chosen(own.Length > 0 ? own : all.Where(c => suite == "all" || c.Suite == suite), c => c.Name, only);
        if (!json)
        {
            Console.Out.WriteLine(
                $"{device} ({device.Backend.Info.Description}); one case again: lisnative bench --device {device.Name} --batch {batch} "
                + "--only CASE");
        }

        var gflops = new Lazy<double>(() => Ceiling(device, all, "sgemm_2048"));
        var gbps = new Lazy<double>(() => Ceiling(device, all, "copy_16Mi"));
        foreach (var item in chosen)
        {
            cancellation.ThrowIfCancellationRequested();
            var (ms, host) = Measure(device, item.Action, repeat);
            double median = ms[repeat / 2], rate = Math.Max(item.Flop, item.Bytes) / median / 1e6, limit = rate > 0
                ? rate / (item.Flop > 0 ? gflops : gbps).Value : 0;
            if (json)
            {
                var line = new JsonObject
                {
                    ["case"] = item.Name,
                    ["ms_median"] = Math.Round(median, 4),
                    ["ms_min"] = Math.Round(ms[0], 4),
                    ["host_ms_median"] = Math.Round(host[repeat / 2], 4),
                    ["batch"] = batch,
                    ["threads"] = Device.DefaultThreads,
                    ["device"] = device.Name,
                    ["backend"] = device.Backend.Info.Description,
                    ["command"] = $"lisnative bench --device {device.Name} --batch {batch} --only {item.Name}",
                };
                if (rate > 0)
                {
                    line[item.Flop > 0 ? "gflops" : "gbps"] = Math.Round(rate, 1);
                    line["limit"] = Math.Round(limit, 3);
                }

                Console.Out.WriteLine(line.ToJsonString());
            }
            else
            {
                string achieved = rate > 0 ? string.Create(
                    CultureInfo.InvariantCulture, $"{rate,8:F1} {(item.Flop > 0 ? "GFLOP/s" : "GB/s"),-7} {limit,6:P0} of the ceiling")
                    : "";
                Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{item.Name,-28}{median,10:F3} ms {achieved}"));
            }
        }

        if (json)
        {
            Console.Out.WriteLine(new JsonObject
            {
                ["case"] = "peak_rss_mib",
                ["mib"] = Process.GetCurrentProcess().PeakWorkingSet64 >> 20,
                ["threads"] = Device.DefaultThreads
            }.ToJsonString());
        }
    }

    /// <summary>What this device reaches in its best case, measured here: GFLOP/s of a large matrix product, GB/s of a copy.</summary>
    private static double Ceiling(Device device, List<Case> all, string name)
    {
        var item = all.Single(c => c.Name == name);
        return Math.Max(item.Flop, item.Bytes) / Measure(device, item.Action, 7).Whole[0] / 1e6;
    }

    /// <summary>Milliseconds, ascending: until all is done, and until the host goes on while a GPU works.</summary>
    private static (double[] Whole, double[] Host) Measure(Device device, Action action, int repeat)
    {
        var warming = Stopwatch.StartNew();
        for (int i = 0; i < WarmUp || warming.ElapsedMilliseconds < WarmUpMs; i++)
        {
            action();
            device.Backend.Synchronize();
        }

        var (whole, host) = (new double[repeat], new double[repeat]);
        for (int i = 0; i < repeat; i++)
        {
            long start = Stopwatch.GetTimestamp();
            action();
            host[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            device.Backend.Synchronize();
            whole[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Array.Sort(whole);
        Array.Sort(host);
        return (whole, host);
    }
}
