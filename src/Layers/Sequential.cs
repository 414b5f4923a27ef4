namespace LisNative.Layers;

/// <summary>Modules one after another, each with a name.</summary>
public sealed class Sequential(params IReadOnlyList<(string Name, Module Module)> modules) : Module
{
    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, Parameter Value)> Parameters { get; } =
        [.. modules.SelectMany(m => m.Module.Parameters.Select(p => ($"{m.Name}.{p.Name}", p.Value)))];

    /// <summary>The module of a name.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public Module this[string name] => modules.FirstOrDefault(m => m.Name == name).Module
        ?? throw new KeyNotFoundException($"Sequential: no module \"{name}\" among {string.Join(", ", modules.Select(m => m.Name))}");

    /// <inheritdoc/>
    public override Var Forward(Var x) => modules.Aggregate(x, (h, m) => m.Module.Forward(h));
}
