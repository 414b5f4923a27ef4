using System.Text.Json;
using System.Text.Json.Nodes;

namespace LisNative.Training;

/// <summary>How long a phase went on whose length followed from the data, and why it ended.</summary>
public sealed class TrainingLength
{
    internal TrainingLength(string phase, int steps, double passes, int bestStep, string ended) =>
        (Phase, Steps, Passes, BestStep, Ended) = (phase, steps, passes, bestStep, ended);

    /// <summary>The phase's name.</summary>
    public string Phase { get; }

    /// <summary>Steps taken.</summary>
    public int Steps { get; }

    /// <summary>The same in passes over the data: as many epochs train as long, on any machine.</summary>
    public double Passes { get; }

    /// <summary>The step whose weights were kept; the last where no data were held out.</summary>
    public int BestStep { get; }

    /// <summary>Why it ended, in words.</summary>
    public string Ended { get; }

    internal static TrainingLength Read(JsonElement json) => new(json.GetProperty("phase").GetString() ?? "",
        json.GetProperty("steps").GetInt32(), json.GetProperty("passes").GetDouble(), json.GetProperty("bestStep").GetInt32(),
        json.GetProperty("ended").GetString() ?? "");

    internal JsonObject Write() => new()
    { ["phase"] = Phase, ["steps"] = Steps, ["passes"] = Passes, ["bestStep"] = BestStep, ["ended"] = Ended };

    /// <inheritdoc/>
    public override string ToString() =>
        FormattableString.Invariant($"{Steps} steps, {Passes} passes; ended: {Ended}; kept: the weights of step {BestStep}");
}
