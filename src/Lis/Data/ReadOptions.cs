using LisNative.Layers;

namespace LisNative.Data;

/// <summary>How files become samples.</summary>
public sealed record ReadOptions
{
    /// <summary>Every image as it is, and the first file that cannot be read is an exception.</summary>
    public static ReadOptions Default { get; } = new();

    /// <summary>Height and width that images are scaled to; null demands that all have one size.</summary>
    public (int Height, int Width)? Size { get; init; }

    /// <summary>Told, in one sentence each, what was left out and what looks odd.</summary>
    public Action<string> Warn { get; init; } = _ => { };

    /// <summary>Told of each sample file that cannot be read, which is then passed over; null throws at the first.</summary>
    public Action<InputException>? Unreadable { get; init; }
}
