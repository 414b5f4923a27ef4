using LisNative.Layers;

namespace LisNative.Training;

/// <summary>A copy of the parameters after the step at which held-out samples were best; none before the first.</summary>
internal sealed class BestWeights(IReadOnlyList<(string Name, Parameter Value)> parameters) : IDisposable
{
    private const string Prefix = "best.";

    private Tensor[] kept = [];

    /// <summary>The parameters as they are are the best.</summary>
    internal void Keep()
    {
        Allocate();
        foreach (var (value, parameter) in kept.Zip(parameters))
        {
            value.CopyFrom(parameter.Value.Value);
        }
    }

    /// <summary>The parameters become what they were at their best.</summary>
    internal void Restore()
    {
        foreach (var (value, parameter) in kept.Zip(parameters))
        {
            parameter.Value.Value.CopyFrom(value);
        }
    }

    /// <summary>Adds the copy under names that begin with a prefix.</summary>
    internal void AddTo(SafeTensors file, string prefix)
    {
        foreach (var (value, parameter) in kept.Zip(parameters))
        {
            file.Add(prefix + Prefix + parameter.Name, value);
        }
    }

    /// <summary>Takes what <see cref="AddTo"/> wrote.</summary>
    /// <exception cref="InputException">Something is missing or has another shape.</exception>
    internal void Load(SafeTensors file, string prefix)
    {
        Allocate();
        foreach (var (value, parameter) in kept.Zip(parameters))
        {
            file.CopyTo(prefix + Prefix + parameter.Name, value);
        }
    }

    private void Allocate() => kept = kept.Length > 0 ? kept : [.. parameters.Select(p => p.Value.Value.Clone())];

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(kept, t => t.Dispose());
}
