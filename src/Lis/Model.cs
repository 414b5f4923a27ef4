using LisNative.Data;
using LisNative.Layers;
using LisNative.Memory;
using LisNative.Training;

namespace LisNative;

/// <summary>What a method has learnt: it scores prepared samples, and writes itself.</summary>
internal abstract class Model : IDisposable
{
    /// <summary>Samples scored at once. A sample's score does not depend on the others in its batch.</summary>
    protected const int Batch = 256;

    /// <summary>The names of its scores, the method's own first: the LIS-AE also has that of the autoencoder it was made from.</summary>
    internal abstract IReadOnlyList<string> Scores { get; }

    /// <summary>What training showed; empty for a loaded model and for methods that train in no steps.</summary>
    internal TrainingHistory History { get; init; } = TrainingHistory.None;

    /// <summary>The settings with what was chosen from the data filled in; null when nothing was.</summary>
    internal DetectorOptions? Chosen { get; init; }

    /// <summary>One number a sample; higher is more anomalous.</summary>
    internal abstract float[] Score(Dataset prepared, string score);

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
    public void Dispose()
    {
        foreach (var (_, value) in State)
        {
            value.Dispose();
        }
    }

    /// <summary>A module's parameters as state, after a prefix and a dot where one is given.</summary>
    protected static IEnumerable<(string Name, Tensor Value)> Of(Module module, string prefix = "") =>
        module.Parameters.Select(p => (Weights.FullName(prefix, p.Name), p.Value.Value));

    /// <summary>The results of a function of batches [rows, sample…], one after another.</summary>
    internal static float[] InBatches(Device device, Dataset set, Func<Var, Var> function)
    {
        float[] all = [];
        for (int start = 0; start < set.Count; start += Batch)
        {
            int[] rows = [.. Enumerable.Range(start, Math.Min(Batch, set.Count - start))];
            Gradient.Pause(() =>
            {
                using var scope = new Scope();
                var values = function(set.Batch(device, rows)).Value;
                int each = values.Count / rows.Length;
                all = all.Length == 0 ? new float[(long)set.Count * each] : all;
                values.Read(all.AsSpan(start * each, values.Count));
                return 0;
            });
        }

        return all;
    }
}
