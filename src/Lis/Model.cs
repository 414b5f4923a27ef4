using LisNative.Data;
using LisNative.Layers;
using LisNative.Memory;
using LisNative.Training;

namespace LisNative;

/// <summary>What a method has learnt: it scores prepared samples, and writes itself.</summary>
/// <param name="state">Every tensor that scoring reads, by name. The model owns them: a fit keeps these alone, a file holds them, and <see
/// cref="Dispose"/> returns them. One that is not named here
/// is returned when the fit ends, and the scores that the fit then takes fail.</param>
internal abstract class Model(IReadOnlyList<(string Name, Tensor Value)> state) : IDisposable
{
    /// <summary>The names of its scores, the method's own first: the LIS-AE also has that of the autoencoder it was made from.</summary>
    internal abstract IReadOnlyList<string> ScoreNames { get; }

    /// <summary>What training showed; empty for a loaded model and for methods that train in no steps.</summary>
    internal TrainingHistory History { get; init; } = TrainingHistory.None;

    /// <summary>The settings with what was chosen from the data filled in; null when nothing was.</summary>
    internal DetectorOptions? Chosen { get; init; }

    /// <summary>
    /// Why its score is no function of tensors alone, in words, so that it can be neither recorded nor exported; null where it is one.
    /// </summary>
    internal abstract string? OnHost { get; }

    /// <summary>One number a sample; higher is more anomalous.</summary>
    internal abstract float[] Score(Dataset prepared, string score);

    /// <summary>The method's own score of prepared samples that lie one after another. Many threads may call it at once.</summary>
    internal abstract void Score(ReadOnlySpan<float> prepared, Shape sample, Span<float> scores);

    /// <summary>Every tensor that scoring reads, by name.</summary>
    internal IReadOnlyList<(string Name, Tensor Value)> State { get; } = state;

    /// <summary>Takes them out of the scope of the fit that made them.</summary>
    internal void KeepFrom(Scope scope)
    {
        foreach (var (_, value) in State)
        {
            scope.Keep(value);
        }
    }

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
