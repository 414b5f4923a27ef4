using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using LisNative.Training;
using Spectre.Console;

namespace LisNative.Cli;

/// <summary>What a person sees: bars and tables; or, with --json, one JSON object. Bars and colours vanish when redirected.</summary>
internal sealed class Terminal(bool json)
{
    private static readonly JsonSerializerOptions Pretty = new()
    { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether output is for a file or another program; so it may be under mpirun, even where that offers a terminal.</summary>
    private static readonly bool IsRedirected = Console.IsOutputRedirected || Ranks.Launcher is not null;

    private readonly IAnsiConsole output = Redirected(AnsiConsole.Console);

    /// <summary>Whether no bars are shown: a log has lines.</summary>
    private bool IsPlain => json || IsRedirected || Log.IsJson || Log.IsQuiet;

    /// <summary>Does something that takes a while and cannot say how far it is.</summary>
    internal T Doing<T>(string what, Func<T> work)
    {
        if (IsPlain)
        {
            using var heartbeat = new Heartbeat(what);
            return work();
        }

        return output.Status().Start(what, _ => work());
    }

    /// <inheritdoc cref="Doing{T}"/>
    internal void Doing(string what, Action work) => Doing(what, () =>
    {
        work();
        return true;
    });

    /// <summary>Runs training, or what else tells how far it is, with a bar for each phase.</summary>
    internal T WithProgress<T>(Func<IProgress<TrainingProgress>, T> work, string what = "training")
    {
        if (IsPlain)
        {
            using var heartbeat = new Heartbeat(what);
            return work(heartbeat);
        }

        return output.Progress().Columns(
            new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context => work(new Bars(context)));
    }

    /// <summary>Runs a download with a bar.</summary>
    internal async Task WithBytes(Func<Action<string, long, long?>, Task> work)
    {
        if (IsPlain)
        {
            using var heartbeat = new Heartbeat("downloading");
            await work((name, done, total) =>
                heartbeat.Report(new(name, (int)(100 * done / Math.Max(1, total ?? 0)), total is null ? 0 : 100, double.NaN)))
                .ConfigureAwait(false);
            return;
        }

        await output.Progress().Columns(
            new TaskDescriptionColumn(), new ProgressBarColumn(), new DownloadedColumn(), new TransferSpeedColumn())
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
    internal static void Warn(string text)
    {
        string line = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        Console.Error.WriteLine(Log.Line("warning", line, $"warning: {line}"));
    }

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
        if (IsPlain)
        {
            Log.Note(text);
        }
    }

    /// <summary>
    /// Tells on standard error how far something is whose results go elsewhere or come at its end; null where they are seen.
    /// </summary>
    internal Heartbeat? BesideResults(string what) =>
        IsPlain ? new(what, isWatched: !Console.IsErrorRedirected && Ranks.Alone) : null;

    /// <summary>A file has no width to wrap at.</summary>
    private static IAnsiConsole Redirected(IAnsiConsole console)
    {
        console.Profile.Width = IsRedirected ? 1000 : console.Profile.Width;
        return console;
    }

    private sealed class Bars(ProgressContext context) : IProgress<TrainingProgress>
    {
        private readonly Dictionary<string, ProgressTask> bars = new(StringComparer.Ordinal);

        public void Report(TrainingProgress value)
        {
            if (!bars.TryGetValue(value.Phase, out var bar))
            {
                foreach (var before in bars.Values)
                {
                    before.Value = before.MaxValue;
                }

                bars[value.Phase] = bar = context.AddTask(value.Phase, maxValue: Math.Max(1, value.Steps));
            }

            (bar.MaxValue, bar.IsIndeterminate) = (Math.Max(1, value.Steps), value.Steps == 0);
            string more = ProgressText.Of(value, bar.ElapsedTime ?? default);
            bar.Description = more.Length > 0 ? $"{value.Phase}, {more}" : value.Phase;
            bar.Value = value.Step;
        }
    }
}
