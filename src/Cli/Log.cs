using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using LisNative.Training;

namespace LisNative.Cli;

/// <summary>How standard error is written: for people, or one JSON object a line; with word of how far work is, or without.</summary>
internal static class Log
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static Option<bool> Quiet { get; } = new("--quiet")
    { Description = "Do not tell how far the work is; warnings and errors are told.", Recursive = true };

    internal static Option<string> Format { get; } = Formats();

    /// <summary>Whether nothing is told of work that goes well.</summary>
    internal static bool IsQuiet { get; private set; }

    /// <summary>Whether each line is a JSON object.</summary>
    internal static bool IsJson { get; private set; }

    /// <summary>Obeys the command line, as far as it can be understood.</summary>
    internal static void Apply(ParseResult parsed) => (IsQuiet, IsJson) =
        (parsed.IsGiven(Quiet), parsed.GetResult(Format)?.Tokens is [.., { Value: "json" }]);

    /// <summary>Something that is told once, while work goes well.</summary>
    internal static void Note(string text)
    {
        if (!IsQuiet)
        {
            Console.Error.WriteLine(Line("info", text, text));
        }
    }

    /// <summary>A line of the log.</summary>
    /// <param name="level">info, warning or error.</param>
    /// <param name="message">What there is to say.</param>
    /// <param name="text">The same for people.</param>
    internal static string Line(string level, string message, string text) =>
        IsJson ? Begun(level, message).ToJsonString(Plain) : text;

    /// <summary>How far work is, as a JSON object.</summary>
    /// <param name="p">How far it is.</param>
    /// <param name="text">The same for people.</param>
    /// <param name="spent">Since the phase began.</param>
    /// <param name="elapsed">Since the work began.</param>
    internal static string Progress(TrainingProgress p, string text, TimeSpan spent, TimeSpan elapsed)
    {
        var line = Begun("info", text);
        line["phase"] = p.Phase;
        Add("step", p.Step > 0 ? p.Step : null);
        Add("steps", p.Steps > 0 ? p.Steps : null);
        Add("epoch", p.Epoch > 0 ? p.Epoch : null);
        Add("epochs", p.Epochs > 0 ? p.Epochs : null);
        Add("loss", double.IsFinite(p.Loss) ? p.Loss : null);
        Add("heldOutLoss", double.IsFinite(p.HeldOutLoss) ? p.HeldOutLoss : null);
        Add("secondsLeft", ProgressText.SecondsLeft(p, spent) is { } left ? Math.Round(left, 1) : null);
        Add("seconds", Math.Round(elapsed.TotalSeconds, 1));
        return line.ToJsonString(Plain);

        void Add(string name, double? value)
        {
            if (value is not null)
            {
                line[name] = value;
            }
        }
    }

    private static JsonObject Begun(string level, string message) => new()
    {
        ["time"] = DateTime.UtcNow.ToString("O", CultureInfo.InvariantCulture),
        ["level"] = level,
        ["message"] = message,
    };

    private static Option<string> Formats()
    {
        var format = new Option<string>("--log")
        {
            Description = "How standard error is written: text, or json for one JSON object a line, in place of bars, too.",
            DefaultValueFactory = _ => "text",
            Recursive = true,
        };
        format.AcceptOnlyFromAmong("text", "json");
        return format;
    }
}
