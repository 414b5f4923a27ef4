namespace LisNative.Cli.Inspecting;

/// <summary>A sample worth a look.</summary>
/// <param name="Set">That it is one of.</param>
/// <param name="Name">Where it was read.</param>
/// <param name="Score">Higher is more anomalous.</param>
internal sealed record Example(ScoredSet Set, string Name, float Score)
{
    /// <summary>The picture; null of what is none.</summary>
    internal Thumbnail? Picture { get; init; }

    /// <summary>What each pixel adds to its score; null where the method does not tell.</summary>
    internal float[]? Map { get; init; }

    /// <summary>Where its mask says that it is faulty, as the data of an SVG path over the thumbnail; null without a mask.</summary>
    internal string? Outline { get; init; }

    /// <summary>The columns that made a row's score, the foremost first; null of pictures.</summary>
    internal IReadOnlyList<ColumnShare>? Reasons { get; init; }

    /// <summary>Its name below the folder of its set.</summary>
    internal string ShortName => Name.StartsWith(Path.TrimEndingDirectorySeparator(Set.Path) + '/', StringComparison.Ordinal)
        ? Name[(Path.TrimEndingDirectorySeparator(Set.Path).Length + 1)..] : Path.GetFileName(Name);
}
