using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using LisNative.Data;
using LisNative.Gpu;

namespace LisNative.Cli;

/// <summary>Options that several verbs share, and what they mean.</summary>
internal static class Common
{
    private const int MostThreads = 4096;

    internal static Option<int> Threads { get; } = new("--threads")
    {
        Description = "Threads to compute with; all cores by default, under mpirun this process's share of them. The results do not "
        + "depend on it.",
        Recursive = true
    };

    internal static Option<bool> Debug { get; } = new("--debug")
    { Description = "After an error, show where in the program it arose.", Recursive = true };

    internal static Option<bool> Json() => new("--json") { Description = "Print JSON alone on standard output." };

    internal static Option<ulong> Seed() =>
        new("--seed") { Description = "Decides weights, orders and augmentation.", DefaultValueFactory = _ => 1 };

    internal static Option<string?> DataFolder() => new("--data") { Description = "Folder of the official data files." };

    internal static Option<string> Only() =>
        new("--only") { Description = "Run only cases whose name contains this.", DefaultValueFactory = _ => "" };

    internal static int AtLeastOne(string option, int value) =>
        value > 0 ? value : throw new InputException(option, $"expected at least 1, found {value}");

    /// <summary>What --only leaves.</summary>
    /// <exception cref="InputException">Nothing: a proof of no case would pass.</exception>
    internal static T[] Chosen<T>(IEnumerable<T> all, Func<T, string> name, string only)
    {
        T[] chosen = [.. all.Where(c => name(c).Contains(only, StringComparison.Ordinal))];
        return chosen.Length > 0 ? chosen : throw new InputException("--only", $"expected a part of a case's name, found \"{only}\"");
    }

    internal static Option<string> DeviceName() =>
        new("--device")
        {
            Description = "Where to compute: cpu, cpu:naive (one loop per operation), reference (the same in double precision), cuda:0, "
        + "opencl:0, or auto for the first GPU, else cpu (devices lists them); under mpirun auto gives the processes of a machine its GPUs "
        + "in turn.",
            DefaultValueFactory = _ => "cpu"
        };

    /// <summary>The device of that name; with auto, says on standard error which one it is and why.</summary>
    /// <exception cref="DeviceException">There is none, or it cannot be used.</exception>
    internal static Device OpenDevice(string name)
    {
        if (name == "auto")
        {
            var (best, reason) = GpuDevices.Best(Ranks.Launcher?.LocalRank ?? 0);
            Log.Note(reason);
            return best;
        }

        return name switch
        {
            "cpu" => Device.Cpu,
            "cpu:naive" => Device.Naive,
            "reference" => Device.Reference,
            _ when name.StartsWith("cpu", StringComparison.Ordinal) =>
            throw new DeviceException($"{name}: expected cpu or cpu:naive, found no such device"),
            _ => GpuDevices.Open(name),
        };
    }

    /// <summary>A number as everywhere else: no marks of thousands, which a decimal comma would be taken for.</summary>
    internal static double Number(ArgumentResult result)
    {
        if (double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
        {
            return number;
        }

        result.AddError($"{((OptionResult)result.Parent!).Option.Name}: expected a number, found \"{result.Tokens[0].Value}\"");
        return 0;
    }

    /// <summary>An option whose values are those of an enumeration, in lower case; its default is the first, or none.</summary>
    internal static Option<string?> Named<T>(string name, string description, bool hasDefault = true)
        where T : struct, Enum
    {
        string[] values = [.. Enum.GetNames<T>().Select(v => v.ToLowerInvariant())];
        var option = new Option<string?>(name) { Description = description, DefaultValueFactory = hasDefault ? _ => values[0] : null };
        option.AcceptOnlyFromAmong(values);
        return option;
    }

    /// <summary>Whether the user gave an option, rather than its default holds.</summary>
    internal static bool IsGiven(this ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    /// <summary>Adds options to a command, so that its initialiser can name a whole group of them.</summary>
    internal static void Add(this Command command, IEnumerable<Option> options)
    {
        foreach (var option in options)
        {
            command.Options.Add(option);
        }
    }

    internal static void ApplyThreads(ParseResult parsed)
    {
        if (parsed.IsGiven(Threads))
        {
            Environment.SetEnvironmentVariable(
                "LISNATIVE_THREADS", parsed.GetValue(Threads) is >= 1 and <= MostThreads and int threads
                    ? threads.ToString(CultureInfo.InvariantCulture)
                    : throw new InputException(Threads.Name, $"expected from 1 to {MostThreads}, found {parsed.GetValue(Threads)}"));
        }
        else if (Ranks.Launcher is { } launch && Environment.GetEnvironmentVariable("LISNATIVE_THREADS") is null)
        {
            Environment.SetEnvironmentVariable("LISNATIVE_THREADS", launch.Threads().ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>
    /// Warns of negatives that the method ignores, or that are too much like the normal data. Faults drawn on parts of pictures or windows
    /// are not compared: as a whole, each is nearest to what it was drawn on.
    /// </summary>
    internal static void WarnOfNegatives(DetectorOptions options, Dataset normal, Dataset? negatives, Terminal terminal)
    {
        var method = Methods.Find(options);
        if (negatives is not null && !method.UsesNegatives)
        {
            Terminal.Warn($"{method.Name} does not learn from negatives; {negatives.Name} is not looked at");
        }
        else if (negatives is { Count: > 1, Changed: null } && normal.Count > 1 && negatives.SampleShape == normal.SampleShape
            && (normal.Windows is null || negatives.Windows is not null)
            && !(negatives.IsGraded && options.WeighsNegatives(normal.SampleShape)))
        {
            WarnOfOverlap(negatives.Name,
                terminal.Doing("comparing negatives with the normal data", () => Overlap.Fraction(normal, negatives)));
        }
    }

    /// <summary>Says that negatives overlap the normal data.</summary>
    internal static void WarnOfOverlap(string name, double share)
    {
        if (share > Overlap.TooMuch)
        {
            Terminal.Warn(string.Create(CultureInfo.InvariantCulture,
                $"{name} overlap the normal data: {share:P0} of either have their nearest sample in the other (50 % if they were the "
                + $"same); shaping by them teaches to fail on normal data"));
        }
    }
}
