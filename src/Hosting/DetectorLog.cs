using Microsoft.Extensions.Logging;

namespace LisNative.Hosting;

/// <summary>What detectors say in logs.</summary>
internal static partial class DetectorLog
{
    [LoggerMessage(1, LogLevel.Information, "Detector {Name} has the model of {Path}: samples {Shape}, threshold {Threshold}")]
    internal static partial void Loaded(this ILogger logger, string name, string path, Shape shape, float threshold);

    [LoggerMessage(2, LogLevel.Warning, "Detector {Name} keeps the model it has: {Problem}")]
    internal static partial void Refused(this ILogger logger, string name, string problem);

    [LoggerMessage(3, LogLevel.Warning,
        "Detector {Name} flags nothing: a rate of false alarms of {Rate} is less than {Least}, the least that its held-out data give")]
    internal static partial void FlagsNothing(this ILogger logger, string name, double rate, double least);

    [LoggerMessage(4, LogLevel.Debug, "Detector {Name}: {Sentence}")]
    internal static partial void Odd(this ILogger logger, string name, string sentence);
}
