namespace LisNative.Experiments;

/// <summary>
/// A figure of the paper: trade-off curves, that is accuracy on anomalies against accuracy on normal data at every threshold; or
/// reconstructions.
/// </summary>
/// <param name="Name">As the tool takes it: figure4, figureA3.</param>
/// <param name="Title">One line.</param>
/// <param name="Panes">One picture each.</param>
/// <param name="Reconstructions">Whether it shows reconstructions.</param>
public sealed record Figure(string Name, string Title, IReadOnlyList<Pane> Panes, bool Reconstructions = false);

/// <summary>Some tasks, after phase 1 and after phase 2.</summary>
/// <param name="Name">A part of a file name.</param>
/// <param name="Title">One line.</param>
/// <param name="Of">The cells of a seed, one a task.</param>
public sealed record Pane(string Name, string Title, Func<ulong, IReadOnlyList<Cell>> Of);
