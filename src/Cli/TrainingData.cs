using LisNative.Data;
using LisNative.Distributed;
using LisNative.Experiments;
using LisNative.Features;

namespace LisNative.Cli;

/// <summary>What a detector is to learn from, read as the user asked for and found to be learnable.</summary>
internal static class TrainingData
{
    /// <summary>The normal data, and the negatives where there are some.</summary>
    /// <param name="terminal">Where progress is shown.</param>
    /// <param name="data">Known data sets.</param>
    /// <param name="normal">The normal data.</param>
    /// <param name="negative">The negatives, synthetic to make them, or null.</param>
    /// <param name="how">How files are read.</param>
    /// <param name="device">Where it will be learnt.</param>
    /// <param name="method">What will learn.</param>
    /// <param name="options">Its settings.</param>
    /// <param name="ranks">Who learns together.</param>
    /// <param name="features">What is looked at in pictures of a shape.</param>
    /// <param name="memory">Bytes that learning may take.</param>
    /// <param name="windows">What is made of the rows of a signal; null where each is a sample.</param>
    /// <exception cref="InputException">They cannot be read, or are more than can be learnt; an option says nothing to them.</exception>
    internal static (Dataset Normal, Dataset? Negatives) Read(
        Terminal terminal, DataFolder data, string normal, string? negative, ReadOptions how, Device device, Method method,
        DetectorOptions options, Communicator? ranks, Func<Shape, FeatureExtractor>? features, long? memory, Windows? windows = null)
    {
        how = MemoryOption.Bounded(how, memory, places: features is not null);
        void CheckSize(Shape sample, int count)
        {
            var extractor = features?.Invoke(sample);
            extractor?.GridOf(sample);
            Detector.CheckSize(device, normal, extractor?.Place ?? sample, count, negative is not null, options, ranks, memory);
        }

        var positives = terminal.Doing(
            "reading the normal data", () => Reading.Obeyed(how, data.Open(normal, train: true, how with { Planned = CheckSize })));
        positives = windows is null ? positives : positives.Windowed(windows);
        CheckSize(positives.SampleShape, positives.Count);
        var negatives = negative is null ? null : terminal.Doing(
            "reading or making negatives", () => data.Negatives(negative, positives, options.Seed, how with { Group = null }));
        negatives = positives.Windows is { } same && negatives?.RowLength == positives.RowLength ? negatives.Windowed(same) : negatives;
        Common.WarnOfNegatives(options, positives, negatives, terminal);
        return (positives, negatives);
    }
}
