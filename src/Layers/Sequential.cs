namespace LisNative.Layers;

/// <summary>Modules one after another, each with a name.</summary>
public sealed class Sequential : Module
{
    /// <summary>The modules in order; one that stands in several places has its parameters once, by the first of its names.</summary>
    public Sequential(params IReadOnlyList<(string Name, Module Module)> modules) =>
        (Modules, Parameters) = ([.. modules], Named(modules));

    /// <summary>The modules in order.</summary>
    public IReadOnlyList<(string Name, Module Module)> Modules { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, Parameter Value)> Parameters { get; }

    /// <summary>The module of a name.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public Module this[string name] => Modules.FirstOrDefault(m => m.Name == name).Module
        ?? throw new KeyNotFoundException($"Sequential: no module \"{name}\" among {string.Join(", ", Modules.Select(m => m.Name))}");

    /// <inheritdoc/>
    public override Var Forward(Var x)
    {
        foreach (var (_, module) in Modules)
        {
            x = module.Forward(x);
        }

        return x;
    }

    private static List<(string, Parameter)> Named(IReadOnlyList<(string Name, Module Module)> modules)
    {
        var all = new List<(string, Parameter)>();
        foreach (var (prefix, module) in modules)
        {
            all.AddRange(module.Parameters.Select(p => ($"{prefix}.{p.Name}", p.Value)).Where(p => !all.Exists(a => a.Item2 == p.Value)));
        }

        return all;
    }
}
