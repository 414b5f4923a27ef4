using LisNative.Cpu;

namespace LisNative.Data;

/// <summary>How files become samples.</summary>
public sealed record ReadOptions
{
    internal const long MostPixels = 1 << 28;

    /// <summary>Every image as it is, and the first file that cannot be read is an exception.</summary>
    public static ReadOptions Default { get; } = new();

    /// <summary>Height and width that images are scaled to; null demands that all have one size.</summary>
    public (int Height, int Width)? Size { get; init; }

    /// <summary>What images are turned into, grey or RGB; null leaves each as it is and demands that all are alike.</summary>
    public Colour? Colour { get; init; }

    /// <summary>
    /// The samples of images that become 0 and 1, as counts of the file: 0..4095 for a camera of 12 bits that writes 16. Null takes all
    /// that the file's depth can hold, 255 or 65535.
    /// </summary>
    public (int Low, int High)? Range { get; init; }

    /// <summary>
    /// The most bytes of a picture that comes by a stream or from memory; 256 MiB by default. More are refused, those of a stream as soon
    /// as they come.
    /// </summary>
    public long MaxBytes { get; init; } = 256 << 20;

    /// <summary>
    /// The most pixels, rows by columns, that an image may declare, before memory is taken for them; 2^28 by default and at most.
    /// </summary>
    public long MaxPixels { get; init; } = MostPixels;

    /// <summary>Whether the first row of a table as text names its columns.</summary>
    public Heading Heading { get; init; }

    /// <summary>
    /// What becomes of missing values in a table; null is the rule of <see cref="Like"/>, and without one the first is an exception.
    /// </summary>
    public Missing? Missing { get; init; }

    /// <summary>
    /// Names of columns of words in a table as text, or numbers from 1 without a heading: each of the 64 most frequent words becomes a
    /// number 0 or 1, the others share one. <c>auto</c> alone takes all columns of which most cells are words. Null refuses words; a model
    /// (<see cref="Like"/>) knows its own.
    /// </summary>
    public IReadOnlyList<string>? Categories { get; init; }

    /// <summary>
    /// Names of columns of dates in a table as text, likewise: the time of day and the day of the week become sine and cosine, and the
    /// date itself is left out. <c>auto</c> alone takes all columns of which most cells are dates.
    /// </summary>
    public IReadOnlyList<string>? Dates { get; init; }

    /// <summary>The rule for missing values.</summary>
    internal Missing Rule => Missing ?? Like?.Encoding?.Missing ?? Data.Missing.Refuse;

    /// <summary>
    /// Names of the columns of a table as text that are read, in the table's order; without a heading their numbers from 1; null for all of
    /// them.
    /// </summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>
    /// The columns that a model knows (<see cref="Detector.Columns"/>) or that other data have: a table as text is matched with them by
    /// name, and what they lack is left out. Null reads it as it is.
    /// </summary>
    public TableColumns? Like { get; init; }

    /// <summary>
    /// What puts samples into groups that are held out as wholes (<see cref="Dataset.Groups"/>): folder, the folder of each image; or a
    /// regular expression over the paths of images in their folder or zip, whose part in brackets is the group: ^(.*)_[0-9]+ for
    /// cam1_0001.png, cam1_0002.png, …; or the name of a column of a table as text, which is then no part of the samples. Null makes none.
    /// </summary>
    public string? Group { get; init; }

    /// <summary>
    /// The column of a table as text that tells the time of each row (<see cref="Dataset.Times"/>), which is then no part of the samples;
    /// null takes the one that <see cref="Like"/> knows, or none.
    /// </summary>
    public string? Time { get; init; }

    /// <summary>
    /// The column of a table as text that says 1 of rows that are anomalous and 0 of others (<see cref="Dataset.Labels"/>), which is then
    /// no part of the samples; null where none does.
    /// </summary>
    public string? Label { get; init; }

    /// <summary>Told, in one sentence each, what was left out and what looks odd.</summary>
    public Action<string> Warn { get; init; } = _ => { };

    /// <summary>Told of each sample file that cannot be read, which is then passed over; null throws at the first.</summary>
    public Action<InputException>? Unreadable { get; init; }

    /// <summary>
    /// The shape of sample that is wanted; a file of another is one that cannot be read. Null takes any, as long as all have the same.
    /// </summary>
    public Shape? Sample { get; init; }

    /// <summary>
    /// Told, once the first image of a set is read, the shape of a sample and how many there are; what it throws ends the reading.
    /// </summary>
    internal Action<Shape, int> Planned { get; init; } = (_, _) => { };

    /// <summary>Told, for every image read, how many of how many that makes.</summary>
    public Action<int, int> Progress { get; init; } = (_, _) => { };

    /// <summary>
    /// Bytes of the pictures of a folder or zip that are held together; more are decoded once to look at them, and again whenever they
    /// are used.
    /// </summary>
    internal long Held { get; init; } = long.MaxValue;

    /// <summary>
    /// Of a table that is read some rows at a time, how many of the last rows come again before the next ones: those of a window but one.
    /// </summary>
    internal int Carried { get; init; }

    /// <summary>Threads that decode images; how many changes no result.</summary>
    internal int Threads { get; init; } = Workers.DefaultThreads;

    /// <summary>Stops reading.</summary>
    public CancellationToken Cancellation { get; init; }
}
