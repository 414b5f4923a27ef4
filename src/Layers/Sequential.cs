namespace LisNative.Layers;

/// <summary>Modules one after another, each with a name.</summary>
public sealed class Sequential(params IReadOnlyList<(string Name, Module Module)> modules) : Module
{
    /// <summary>The modules in order.</summary>
    public IReadOnlyList<(string Name, Module Module)> Modules { get; } = modules;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, Parameter Value)> Parameters { get; } =
        [.. modules.SelectMany(m => m.Module.Parameters.Select(p => ($"{m.Name}.{p.Name}", p.Value)))];

    /// <summary>The module of a name.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public Module this[string name] => Modules.FirstOrDefault(m => m.Name == name).Module
        ?? throw new KeyNotFoundException($"Sequential: no module \"{name}\" among {string.Join(", ", Modules.Select(m => m.Name))}");

    /// <inheritdoc/>
    public override Var Forward(Var x) => Modules.Aggregate(x, (h, m) => m.Module.Forward(h));
}
