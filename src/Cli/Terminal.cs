using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using LisNative.Training;
using Spectre.Console;

namespace LisNative.Cli;

/// <summary>What a person sees: bars and tables; or, with --json, one JSON object. Bars and colours vanish when redirected.</summary>
internal sealed class Terminal(bool json)
{
    private static readonly JsonSerializerOptions Pretty = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether output is for a file or another program. Under mpirun it passes through that, which may do either with it, even where it offers a terminal.</summary>
    private static readonly bool IsRedirected = Console.IsOutputRedirected || !Ranks.Alone;

    private readonly IAnsiConsole output = Redirected(AnsiConsole.Console);

    /// <summary>Runs training with a bar for each phase.</summary>
    internal T WithProgress<T>(Func<IProgress<TrainingProgress>, T> work)
    {
        if (json || IsRedirected)
        {
            return work(json || Ranks.Alone ? new Silent<TrainingProgress>() : new Lines());
        }

        return output.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context => work(new Bars(context)));
    }

    /// <summary>Runs a download with a bar; null when there is nobody to watch it.</summary>
    internal async Task WithBytes(Func<Action<string, long, long?>, Task> work)
    {
        if (json || IsRedirected)
        {
            await work((_, _, _) => { }).ConfigureAwait(false);
            return;
        }

        await output.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new DownloadedColumn(), new TransferSpeedColumn())
            .StartAsync(async context =>
            {
                var bars = new Dictionary<string, ProgressTask>(StringComparer.Ordinal);
                await work((name, done, total) =>
                {
                    if (!bars.TryGetValue(name, out var bar))
                    {
                        bars[name] = bar = context.AddTask(Markup.Escape(name));
                    }

                    bar.MaxValue = total ?? Math.Max(1, done);
                    bar.Value = done;
                }).ConfigureAwait(false);
            }).ConfigureAwait(false);
    }

    /// <summary>A line for people.</summary>
    internal void Say(string text)
    {
        if (!json)
        {
            output.WriteLine(text);
        }
    }

    /// <summary>A warning, always on standard error.</summary>
    internal static void Warn(string text) => Console.Error.WriteLine($"warning: {text}");

    /// <summary>What the check after a fit found.</summary>
    internal static void Warn(Health health)
    {
        foreach (string warning in health.Warnings)
        {
            Warn(warning);
        }
    }

    /// <summary>The result: a table of names and values, or the object.</summary>
    internal void Result(JsonObject value, params ReadOnlySpan<(string Name, string Value)> rows)
    {
        var table = new Table { ShowHeaders = false };
        table.AddColumn("").AddColumn("");
        foreach (var (name, text) in rows)
        {
            table.AddRow(Cell(name), Cell(text));
        }

        Result(value, table);
    }

    /// <summary>Text as it stands in a table: what files say has no say over colours or the terminal.</summary>
    internal static string Cell(string text) => Markup.Escape(string.Concat(text.Select(c => char.IsControl(c) ? '�' : c)));

    /// <summary>The result: a table, or the object.</summary>
    internal void Result(JsonObject value, Table table)
    {
        Show(table);
        Object(value);
    }

    /// <summary>A table for people.</summary>
    internal void Show(Table table)
    {
        if (!json)
        {
            table.Border = IsRedirected ? TableBorder.None : TableBorder.Rounded;
            output.Write(table);
        }
    }

    /// <summary>The object, when JSON is asked for.</summary>
    internal void Object(JsonObject value)
    {
        if (json)
        {
            Console.Out.WriteLine(value.ToJsonString(Pretty));
        }
    }

    /// <summary>What is being done, on standard error, when no bars are shown.</summary>
    internal void Note(string text)
    {
        if (json || IsRedirected)
        {
            Console.Error.WriteLine(text);
        }
    }

    /// <summary>How many are done, on standard error, while the results go elsewhere and somebody watches.</summary>
    internal static void Count(int done, string what)
    {
        if (IsRedirected && !Console.IsErrorRedirected && Ranks.Alone)
        {
            Console.Error.Write($"\r{done} {what}");
        }
    }

    /// <summary>A file has no width to wrap at.</summary>
    private static IAnsiConsole Redirected(IAnsiConsole console)
    {
        console.Profile.Width = IsRedirected ? 1000 : console.Profile.Width;
        return console;
    }

    private sealed class Silent<T> : IProgress<T>
    {
        public void Report(T value)
        {
        }
    }

    /// <summary>A line on standard error for every tenth of a phase.</summary>
    private sealed class Lines : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            const int Parts = 10;
            int part = value.Steps == 0 ? 0 : (int)((long)value.Step * Parts / value.Steps);
            if (value.Steps > 0 && part > (value.Step - 1L) * Parts / value.Steps)
            {
                Console.Error.WriteLine(FormattableString.Invariant($"{value.Phase}: {(double)part / Parts:P0}{(double.IsNaN(value.Loss) ? "" : $", loss {value.Loss:F3}")}"));
            }
        }
    }

    private sealed class Bars(ProgressContext context) : IProgress<TrainingProgress>
    {
        private readonly Dictionary<string, ProgressTask> bars = new(StringComparer.Ordinal);

        public void Report(TrainingProgress value)
        {
            if (!bars.TryGetValue(value.Phase, out var bar))
            {
                bars[value.Phase] = bar = context.AddTask(value.Phase, maxValue: Math.Max(1, value.Steps));
                bar.IsIndeterminate = value.Steps == 0;
            }

            bar.Description = double.IsNaN(value.Loss) ? value.Phase : FormattableString.Invariant($"{value.Phase}, loss {value.Loss:F3}");
            bar.Value = value.Step;
        }
    }
}
