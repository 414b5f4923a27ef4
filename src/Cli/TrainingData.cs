using LisNative.Data;
using LisNative.Distributed;
using LisNative.Experiments;

namespace LisNative.Cli;

/// <summary>What a detector is to learn from, read as the user asked for and found to be learnable.</summary>
internal static class TrainingData
{
    /// <summary>The normal data, and the negatives where there are some.</summary>
    /// <exception cref="InputException">They cannot be read, or are more than can be learnt; an option says nothing to them.</exception>
    internal static (Dataset Normal, Dataset? Negatives) Read(
        Terminal terminal, DataFolder data, string normal, string? negative, ReadOptions how, Device device, Method method,
        DetectorOptions options, Communicator? ranks)
    {
        void CheckSize(Shape sample, int count) =>
            Detector.CheckSize(device, normal, sample, count, negative is not null, options, ranks);
        var positives = terminal.Doing(
            "reading the normal data", () => Reading.Obeyed(how, data.Open(normal, train: true, how with { Planned = CheckSize })));
        CheckSize(positives.SampleShape, positives.Count);
        var negatives = negative is null ? null : terminal.Doing(
            "reading or making negatives", () => data.Negatives(negative, positives, options.Seed, how with { Group = null }));
        Common.WarnOfNegatives(method, positives, negatives, terminal);
        return (positives, negatives);
    }
}
