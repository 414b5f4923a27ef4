using System.CommandLine;
using System.Runtime.CompilerServices;
using LisNative.Cli.Bench;
using LisNative.Cli.Report;
using LisNative.Formulas;

namespace LisNative.Cli.Verbs;

/// <summary>bench: times of kernels, training steps and scoring, one line a case, under the names that peers use.</summary>
internal static class BenchVerb
{
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
        var flush = new Option<bool>("--flush") { Description = "Write 64 MiB before each timed run, so that caches are cold." };
        var page = new Option<string?>("--out") { Description = "A page to write: the roofline, and every case's share of it." };
        var compare = new Option<string[]>("--compare")
        {
            Description = "Two files of --json lines, the old and the new one, to compare in place of timing anything; each may hold the "
            + "lines of several processes.",
            HelpName = "OLD NEW",
            Arity = new(2, 2),
            AllowMultipleArgumentsPerToken = true,
        };
        var csv = new Option<bool>("--csv") { Description = "Print CSV alone on standard output." };
        var json = Common.Json();
        var command = new Command("bench", "Time a device: kernels, training steps, scoring, shapes of one's own.")
        { name, suite, only, shapes, file, repeat, batch, flush, page, compare, csv, json };
        command.SetAction((parsed, cancellation) =>
        {
            if (parsed.GetValue(compare) is [var before, var after])
            {
                Print(ComparisonTable.Of(before, after, parsed.GetValue(json)));
                return Task.FromResult(0);
            }

            if (parsed.GetValue(json) && parsed.GetValue(csv))
            {
                throw new InputException(csv.Name, $"expected one of {csv.Name} and {json.Name}, found both");
            }

            int AtLeastOne(Option<int> option) => Common.AtLeastOne(option.Name, parsed.GetValue(option));
            if (parsed.GetValue(page) is { } path)
            {
                Outputs.Check(page.Name, path, parsed.GetValue(file));
            }

            var device = Common.OpenDevice(parsed.GetValue(name)!);
            Case[] all = Fixed(device, AtLeastOne(batch)), own = Own(device, parsed.GetValue(shapes)!, parsed.GetValue(file));
            string of = parsed.GetValue(suite)!;
            var chosen = Common.Chosen(
                own.Length > 0 ? own : all.Where(c => of == "all" || c.Suite == of), c => c.Name, parsed.GetValue(only)!);
            Case[] Ceilings() => own.Length > 0 ? Fixed(device, parsed.GetValue(batch)) : all;
            Time(Ceilings, chosen, AtLeastOne(repeat), new(device, parsed.GetValue(batch), parsed.GetValue(flush), null, null, []),
                measured => Show(measured, parsed.GetValue(json), parsed.GetValue(csv), parsed.GetValue(page)), cancellation);
            return Task.FromResult(0);
        });
        return command;
    }

    /// <summary>The fixed list.</summary>
    /// <exception cref="InputException">The batch is so large that a tensor would be.</exception>
    private static Case[] Fixed(Device device, int batch)
    {
        try
        {
            return [.. Cases.All(device, batch)];
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            throw new InputException("--batch", $"expected fewer samples, found {batch}: {e.Message}", e);
        }
    }

    /// <summary>The cases that the user wrote, or none.</summary>
    private static Case[] Own(Device device, string[] lines, string? file)
    {
        Case[] own = [.. lines.SelectMany(l => ShapeCases.Of(device, "--case", l)),
            .. file is null ? [] : ShapeCases.Of(device, file == "-" ? "standard input" : file, ShapeCases.Lines(file))];
        return own.Length > 0 || file is null ? own
            : throw new InputException(file, "expected lines «NAME: OPERATION ARGUMENTS», found none");
    }

    /// <summary>Times every case, the ceilings before and after them; what ends it early leaves the results until then.</summary>
    private static void Time(
        Func<Case[]> all, Case[] chosen, int repeat, Measurements empty, Action<Measurements> show, CancellationToken cancellation)
    {
        const int FlushedFloats = 16 << 20;
        var (device, results) = (empty.Device, new List<Result>());
        var told = new Heartbeat("timing", isWatched: !Console.IsErrorRedirected && Ranks.Alone);
        using var flushed = empty.Cold ? device.Zeros([FlushedFloats]) : null;
        Action? flush = flushed is null ? null : () => device.Backend.Unary(new LeakyRelu(0.2), flushed, flushed);
        bool areOwn = chosen.Any(c => c.Fresh is not null);
        var measured = empty with { Results = results };
        try
        {
            measured = measured with { Before = Ceilings() };
            Forget();
            foreach (var item in chosen)
            {
                cancellation.ThrowIfCancellationRequested();
                Tell(item.Name);
                results.Add(new(item, OfOwn(item, () => Timed(device, item, repeat, flush))));
                Forget();
            }

            measured = measured with { After = Ceilings() };
        }
        finally
        {
            told.Dispose();
            if (results.Count > 0)
            {
                show(measured);
            }
        }

        void Tell(string now) => told.Report(new("timing", results.Count, chosen.Length, double.NaN) { Counted = $"cases, now {now}" });

        Ceilings? Ceilings()
        {
            if (chosen.All(c => c.Bytes == 0))
            {
                return null;
            }

            Tell("the ceilings");
            return Bench.Ceilings.Measure(device, all(), repeat);
        }

        // What cases had of their own goes back; the fixed list shares its operands and keeps them.
        void Forget()
        {
            if (areOwn)
            {
                device.Pool.Reclaim();
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            }
        }
    }

    /// <summary>Nothing of a case's own operands is left on the stack.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Timing Timed(Device device, Case item, int repeat, Action? flush)
    {
        var own = item.Fresh?.Invoke() ?? item;
        try
        {
            return Timing.Of(device, own.Action, repeat, flush);
        }
        finally
        {
            own.End?.Invoke();
        }
    }

    /// <summary>What cannot be done of a user's case is not known before it is tried.</summary>
    private static Timing OfOwn(Case item, Func<Timing> work)
    {
        try
        {
            return work();
        }
        catch (ArgumentException e) when (item.Line is { } line)
        {
            throw new InputException("--case", $"\"{line}\" cannot be done: {e.Message}", e);
        }
    }

    private static void Show(Measurements measured, bool json, bool csv, string? page)
    {
        Print(json ? measured.JsonLines() : csv ? measured.Csv() : measured.Text());
        if (page is not null)
        {
            BenchPage.Write(page, measured);
        }
    }

    private static void Print(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            Console.Out.WriteLine(line);
        }
    }
}
