using System.Collections.Concurrent;
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using LisNative.Data;

namespace LisNative.Cli;

/// <summary>How a verb reads data: the options that say so, and the exit code that says what could not be read.</summary>
/// <param name="sized">Whether the user chooses the size of images and the columns of tables; else a model does.</param>
/// <param name="grouped">Whether samples may be held out by groups.</param>
internal sealed class Reading(bool sized = true, bool grouped = false)
{
    /// <summary>All else was done.</summary>
    private const int SomeUnreadable = 3;

    /// <summary>Of an image in three colours that is still one array.</summary>
    private const int MostPixels = int.MaxValue / 4;

    private readonly Option<string?> size = new("--size")
    { Description = "Scale images to HEIGHTxWIDTH, for example 28x28." };

    private readonly Option<string?> colour = new("--colour") { Description = "Turn images into grey or rgb." };

    private readonly Option<string?> range = new("--range")
    { Description = "The samples of images that become 0 and 1, LOW..HIGH, for example 0..4095 for 12 bits in files of 16." };

    private readonly Option<string?> heading = Common.Named<Heading>(
        "--heading", "Whether the first row of a table as text names its columns: yes, no, or auto, by what it looks like.");

    private readonly Option<string?> missing = Common.Named<Missing>("--missing",
        "What becomes of missing values in a table: refuse (as without it); drop leaves their rows out; mean or median takes each for "
        + "that of its column in the normal data, median with a further number that says where, if the normal data lacked some. A model "
        + "keeps mean and median.",
        hasDefault: false);

    private readonly Option<string?> categories = new("--categories")
    {
        Description = "The columns of words of a table as text, by name: a,b,c; or auto for all that are mostly words. Each of the 64 most "
        + "frequent words becomes a number 0 or 1.",
    };

    private readonly Option<string?> dates = new("--dates")
    {
        Description = "The columns of dates of a table as text, by name; or auto for all that are mostly dates. Time of day and day of the "
        + "week become sine and cosine.",
    };

    private readonly Option<string?> columns = new("--columns")
    {
        Description = "The columns of a table as text that are read, by name: a,b,c; by number from 1 where it has no heading. Without "
        + "it all are."
    };

    private readonly Option<string?> group = new("--group")
    {
        Description =
            "Hold out whole groups of normal samples, such as recordings, whose samples are alike: folder, the folder of each image; or a "
            + "regular expression over the paths of images whose part in brackets is the group, for example ^(.*)_[0-9]+ for "
            + "cam1_0001.png, cam1_0002.png, ...; or the column of a table as text that tells the group, which is no number of the samples "
            + "then. Windows of a signal go from no group into another, when scored, too.",
    };

    private readonly Option<string?> time = new("--time")
    {
        Description = "The column of a table as text that tells the time of each row, which is no number of the samples then: ISO 8601, "
        + "the same with a blank for its T, or seconds since 1970. Rows are in time order.",
    };

    private readonly ConcurrentDictionary<string, bool> warned = new();

    /// <summary>Why, by name.</summary>
    private readonly Dictionary<string, string> unreadable = new(StringComparer.Ordinal);

    private List<InputException>? collected;

    /// <summary>0, or 3 where files could not be read.</summary>
    internal int ExitCode => unreadable.Count == 0 ? 0 : SomeUnreadable;

    /// <summary>What could not be read so far, and why, for a result in JSON.</summary>
    internal JsonArray Unreadable => [.. unreadable.Select(u => new JsonObject { ["name"] = u.Key, ["problem"] = u.Value })];

    /// <summary>What is said of the user's own data alone.</summary>
    internal IReadOnlyList<Option> OfOwn(bool isSized) =>
        [.. isSized ? [] : new Option[] { size }, columns, categories, dates, group, time];

    internal IReadOnlyList<Option> All =>
    [
        .. sized ? new Option[] { size, columns, categories, dates } : [], colour, range, heading, missing, time,
        .. grouped ? new Option[] { group } : [],
    ];

    /// <summary>What the user asked for; warnings go to standard error.</summary>
    internal ReadOptions Options(ParseResult parsed) => new()
    {
        Size = sized ? ParseSize(parsed.GetValue(size)) : null,
        Colour = ParseColour(parsed.GetValue(colour)),
        Range = ParseRange(parsed.GetValue(range)),
        Group = grouped ? parsed.GetValue(group) : null,
        Time = parsed.GetValue(time),
        Warn = WarnOnce,
        Heading = Enum.Parse<Heading>(parsed.GetValue(heading)!, ignoreCase: true),
        Missing = parsed.GetValue(missing) is { } rule ? Enum.Parse<Missing>(rule, ignoreCase: true) : null,
        Columns = Names(parsed, columns),
        Categories = Names(parsed, categories),
        Dates = Names(parsed, dates),
        Unreadable = Found,
        Progress = Heartbeat.Count,
        Cancellation = Interruption.Token,
    };

    private string[]? Names(ParseResult parsed, Option<string?> option) =>
        sized ? parsed.GetValue(option)?.Split(',', StringSplitOptions.TrimEntries) : null;

    /// <summary>The model's range; one that the user gives must be that, where the model has one.</summary>
    internal (int Low, int High)? RangeOf(Detector detector, ParseResult parsed)
    {
        var given = ParseRange(parsed.GetValue(range));
        return given is null || detector.Range is null || given == detector.Range ? given ?? detector.Range
            : throw new InputException("--range",
                $"expected that of the model, {detector.Range?.Low}..{detector.Range?.High}, found {parsed.GetValue(range)}");
    }

    private void Found(InputException problem)
    {
        if (collected is null)
        {
            Tell(problem);
        }
        else
        {
            collected.Add(problem);
        }
    }

    /// <summary>Names something that could not be read.</summary>
    internal void Tell(InputException problem)
    {
        unreadable[problem.Where] = problem.Message;
        Terminal.Warn(problem.Message);
    }

    /// <summary>These could be read after all.</summary>
    internal void Forget(IEnumerable<string> names)
    {
        foreach (string name in names)
        {
            unreadable.Remove(name);
        }
    }

    /// <summary>Does some work, and gives what could not be read meanwhile instead of telling it.</summary>
    internal List<InputException> Collect(Action work)
    {
        List<InputException> problems = collected = [];
        try
        {
            work();
        }
        catch (InputException e)
        {
            problems.Add(e);
        }
        finally
        {
            collected = null;
        }

        return problems;
    }

    /// <summary>The normal data, if all that was asked for was done to them.</summary>
    /// <exception cref="InputException">An option says nothing to data of their kind.</exception>
    internal static Dataset Obeyed(ReadOptions how, Dataset normal)
    {
        bool images = normal.SampleShape.Rank == 3;
        (string Option, bool InVain, string Wanted)[] asked =
        [
            ("--size", how.Size is not null && !images, "images to scale"),
            ("--colour", how.Colour is { } colour
            && !(images && normal.SampleShape[0] == (colour == Colour.Grey ? 1 : 3)), "image files to turn into grey or rgb"),
            ("--range", how.Range is not null && normal.Range != how.Range, "image files whose samples have a range"),
            ("--columns", how.Columns is not null && images, "a table as text to choose columns of"),
            ("--time", how.Time is not null && normal.Times is null, "a table as text with a column of times"),
            ("--group", how.Group is not null
            && normal.Groups is null, "images in a folder or zip, whose paths tell their groups, or a table as text with a column of them"),
        ];
        return Array.Find(asked, a => a.InVain) is { Option: { } option, Wanted: var wanted }
            ? throw new InputException(option, $"expected {wanted}, found {normal.Name}") : normal;
    }

    /// <summary>What reads in parts says the same of each.</summary>
    private void WarnOnce(string sentence)
    {
        if (warned.TryAdd(sentence, true))
        {
            Terminal.Warn(sentence);
        }
    }

    private static Colour? ParseColour(string? text) => text switch
    {
        null => null,
        "grey" => Colour.Grey,
        "rgb" => Colour.Rgb,
        _ => throw new InputException("--colour", $"expected grey or rgb, found {text}"),
    };

    private static (int Low, int High)? ParseRange(string? text) => text is null ? null
        : text.Split("..") is [var low, var high] && ushort.TryParse(low, CultureInfo.InvariantCulture, out ushort l)
            && ushort.TryParse(high, CultureInfo.InvariantCulture, out ushort h) && l < h ? (l, h)
        : throw new InputException("--range", $"expected LOW..HIGH of 0 to 65535, for example 0..4095, found {text}");

    /// <summary>HEIGHTxWIDTH, or null when not given.</summary>
    private static (int Height, int Width)? ParseSize(string? text)
    {
        string[] parts = text?.Split('x') ?? [];
        return text is null ? null
            : parts.Length == 2 && int.TryParse(parts[0], CultureInfo.InvariantCulture, out int h)
                && int.TryParse(parts[1], CultureInfo.InvariantCulture, out int w) && h > 0 && w > 0 && (long)h * w <= MostPixels ? (h, w)
            : throw new InputException("--size", $"expected HEIGHTxWIDTH, for example 28x28, of at most {MostPixels} pixels, found {text}");
    }
}
