using LisNative.Data;
using LisNative.Layers;
using LisNative.Training;

namespace LisNative;

/// <summary>What a method has learnt: it scores prepared samples, and writes itself.</summary>
internal abstract class Model : IDisposable
{
    /// <summary>The names of its scores, the method's own first: the LIS-AE also has that of the autoencoder it was made from.</summary>
    internal abstract IReadOnlyList<string> ScoreNames { get; }

    /// <summary>What training showed; empty for a loaded model and for methods that train in no steps.</summary>
    internal TrainingHistory History { get; init; } = TrainingHistory.None;

    /// <summary>The settings with what was chosen from the data filled in; null when nothing was.</summary>
    internal DetectorOptions? Chosen { get; init; }

    /// <summary>One number a sample; higher is more anomalous.</summary>
    internal abstract float[] Score(Dataset prepared, string score);

    /// <summary>The method's own score of prepared samples that lie one after another. Many threads may call it at once.</summary>
    internal abstract void Score(ReadOnlySpan<float> prepared, Shape sample, Span<float> scores);

    /// <summary>Everything that scoring needs, by name: what it owns and what a file keeps.</summary>
    internal abstract IReadOnlyList<(string Name, Tensor Value)> State { get; }

    /// <summary>Adds everything that scoring needs.</summary>
    internal virtual void AddTo(SafeTensors file)
    {
        foreach (var (name, value) in State)
        {
            file.Add(name, value);
        }
    }

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        foreach (var (_, value) in State)
        {
            value.Dispose();
        }
    }

    /// <summary>A module's parameters as state, after a prefix and a dot where one is given.</summary>
    protected static IEnumerable<(string Name, Tensor Value)> Named(Module module, string prefix = "") =>
        module.Parameters.Select(p => (Weights.FullName(prefix, p.Name), p.Value.Value));
}
