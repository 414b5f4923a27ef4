using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using LisNative.Cli.Bench;
using LisNative.Layers;
using LisNative.Mpi.Simulation;
using LisNative.Training;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;
using Spectre.Console;
using Network = LisNative.Mpi.Simulation.Network;

namespace LisNative.Cli.Verbs;

/// <summary>scaling: what training on many ranks would take, from steps measured here and a model of the network; under mpirun, what it does take.</summary>
internal static class Scaling
{
    private const int StrongBatch = 512, WeakBatch = 128;
    private const double Micro = 1e-6, Giga = 1e9, Milli = 1e-3;

    private static readonly OxyColor[] Colours = [OxyColors.SteelBlue, OxyColors.SeaGreen, OxyColors.DarkOrange, OxyColors.IndianRed];

    private static readonly int[] Sizes = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

    internal static Command Command()
    {
        var latency = new Option<double>("--latency") { Description = "α of the network modelled, in microseconds.", DefaultValueFactory = _ => 20 };
        var bandwidth = new Option<double>("--bandwidth") { Description = "β of the network modelled, in gigabytes a second; 1.25 is 10-gigabit Ethernet.", DefaultValueFactory = _ => 1.25 };
        var steps = new Option<int>("--steps") { Description = "Steps measured of each case; the median counts.", DefaultValueFactory = _ => 31 };
        var picture = new Option<string?>("--out") { Description = "An SVG file for the curves." };
        var only = Common.Only();
        var measure = new Option<bool>("--measure") { Description = "Measure this process instead, as --ranks are." };
        var json = Common.Json();
        var command = new Command("scaling", "Simulate training on up to 512 ranks, from steps measured here and an α–β model of the network. With --ranks: measure the ranks of mpirun, and hold the model against them.") { latency, bandwidth, steps, only, measure, picture, Ranks.Flag, json };
        command.SetAction((parsed, cancellation) =>
        {
            var ranks = Ranks.Join();
            T AtLeast<T>(Option<T> option, T least) where T : IComparable<T> => parsed.GetValue(option)!.CompareTo(least) >= 0 ? parsed.GetValue(option)!
                : throw new InputException(option.Name, string.Create(CultureInfo.InvariantCulture, $"expected at least {least}, found {parsed.GetValue(option)}"));
            var terminal = new Terminal(parsed.GetValue(json));
            int count = AtLeast(steps, 1);
            Workload[] chosen = Common.Chosen(Workloads, w => w.Name, parsed.GetValue(only)!);
            if (ranks is not null || parsed.GetValue(measure))
            {
                Measure(chosen, ranks, count, terminal, cancellation);
            }
            else
            {
                Simulate(chosen, new(AtLeast(latency, 0) * Micro, AtLeast(bandwidth, 1e-6) * Giga), count, parsed.GetValue(picture), terminal, cancellation);
            }

            return Task.FromResult(0);
        });
        return command;
    }

    private static IEnumerable<Workload> Workloads => Cases.Nets.SelectMany(n => new[] { new Workload(n.Name, n.Architecture, false), new Workload(n.Name, n.Architecture, true) });

    private static void Simulate(Workload[] workloads, Network network, int steps, string? picture, Terminal terminal, CancellationToken cancellation)
    {
        if (picture is not null)
        {
            Outputs.Check("--out", picture);
        }

        var (rows, plots) = (new JsonArray(), new List<(string Name, double[] Efficiency)>());
        var table = Columns("step", "ranks", "batch a rank", "compute", "step", "all-reduce seen", "samples a second", "of linear");
        foreach (var work in workloads)
        {
            foreach (bool strong in new[] { true, false })
            {
                double first = 0;
                var efficiency = new List<double>();
                StepTimes? weak = null;
                foreach (int ranks in Sizes)
                {
                    cancellation.ThrowIfCancellationRequested();
                    int local = strong ? StrongBatch / ranks : WeakBatch;
                    var times = strong ? work.Alone(Device.Cpu, StrongBatch, ranks, steps) : weak ??= work.Alone(Device.Cpu, 2 * WeakBatch, 2, steps);
                    double step = times.Among(ranks, network), rate = local * ranks / step;
                    first = ranks == 1 ? rate : first;
                    efficiency.Add(rate / (first * ranks));
                    string name = $"{work.Name}, {(strong ? $"{StrongBatch} samples in all" : $"{WeakBatch} a rank")}";
                    table.AddRow(name, $"{ranks}", $"{local}", Shown(times.Compute), Shown(step), FormattableString.Invariant($"{1 - (times.Compute / step):P0}"), FormattableString.Invariant($"{rate:F0}"), FormattableString.Invariant($"{efficiency[^1]:P0}"));
                    rows.Add(new JsonObject { ["step"] = name, ["ranks"] = ranks, ["batch"] = local, ["computeMs"] = times.Compute / Milli, ["stepMs"] = step / Milli, ["samplesPerSecond"] = rate, ["efficiency"] = efficiency[^1] });
                }

                plots.Add((work.Name, [.. efficiency]));
            }
        }

        if (picture is not null)
        {
            AtomicFile.Write(picture, stream => Svg.Write(Plot(plots, network), stream, 760, 420));
        }

        terminal.Result(new JsonObject { ["latency"] = network.Latency, ["bandwidth"] = network.Bandwidth, ["threads"] = Device.DefaultThreads, ["steps"] = rows }, table);
    }

    /// <summary>All ranks compute at once, as when they train, so that they are in each other's way as then.</summary>
    private static void Measure(Workload[] workloads, Communicator? ranks, int steps, Terminal terminal, CancellationToken cancellation)
    {
        int size = ranks?.Size ?? 1;
        bool shares = ranks is not null && Workload.SharesMemory(ranks);
        var network = ranks is null ? default : Network.Of(Workload.AllReduces(ranks));
        var rows = new JsonArray();
        var table = Columns("step of 128 samples", "compute", "simulated", "by messages", "of simulated", "in training");
        foreach (var work in workloads)
        {
            cancellation.ThrowIfCancellationRequested();
            var times = work.Alone(Device.Cpu, WeakBatch, size, steps);
            double simulated = times.Among(size, network), messages = work.Together(Device.Cpu, WeakBatch, ranks, steps, mayShare: false), measured = shares ? work.Together(Device.Cpu, WeakBatch, ranks, steps, mayShare: true) : messages;
            table.AddRow(work.Name, Shown(times.Compute), Shown(simulated), Shown(messages), FormattableString.Invariant($"{messages / simulated:F2}"), Shown(measured));
            rows.Add(new JsonObject { ["step"] = work.Name, ["computeMs"] = times.Compute / Milli, ["simulatedMs"] = simulated / Milli, ["messagesMs"] = messages / Milli, ["measuredMs"] = measured / Milli });
        }

        terminal.Say(FormattableString.Invariant($"{size} ranks of {Device.DefaultThreads} threads{(shares ? ", which share memory" : "")}; α {network.Latency / Micro:F1} µs, β {network.Bandwidth / Giga:F2} GB/s"));
        terminal.Result(new JsonObject { ["ranks"] = size, ["threads"] = Device.DefaultThreads, ["sharedMemory"] = shares, ["latency"] = network.Latency, ["bandwidth"] = network.Bandwidth, ["steps"] = rows }, table);
    }

    private static string Shown(double seconds) => FormattableString.Invariant($"{seconds / Milli:F2} ms");

    private static Table Columns(params string[] columns) => new Table().AddColumns(columns);

    private static PlotModel Plot(List<(string Name, double[] Efficiency)> curves, Network network)
    {
        var plot = new PlotModel { Title = FormattableString.Invariant($"Share of linear speed-up: {StrongBatch} samples in all (solid), {WeakBatch} a rank (dashed); α {network.Latency / Micro:F0} µs, β {network.Bandwidth / Giga:F2} GB/s"), TitleFontSize = 13, Background = OxyColors.White };
        plot.Axes.Add(new LogarithmicAxis { Position = AxisPosition.Bottom, Base = 2, Title = "ranks" });
        plot.Axes.Add(new LinearAxis { Position = AxisPosition.Left, Minimum = 0, Maximum = 1.05 });
        plot.Legends.Add(new Legend { LegendPosition = LegendPosition.LeftBottom, LegendFontSize = 11, LegendLineSpacing = 4 });
        foreach (var (i, (name, efficiency)) in curves.Index())
        {
            var line = new LineSeries { Title = i % 2 == 0 ? name : null, Color = Colours[i / 2], LineStyle = i % 2 == 0 ? LineStyle.Solid : LineStyle.Dash, MarkerType = MarkerType.Circle, MarkerSize = 2.5 };
            line.Points.AddRange(Sizes.Zip(efficiency, (x, y) => new DataPoint(x, y)));
            plot.Series.Add(line);
        }

        return plot;
    }
}
