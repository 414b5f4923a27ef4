using System.Globalization;

namespace LisNative.Layers;

/// <summary>Modules one after another.</summary>
public sealed class Sequential : Module
{
    private readonly Module[] modules;

    /// <summary>Modules with names; one that stands in several places has its parameters once, by the first of its names.</summary>
    /// <exception cref="ArgumentException">A name is empty, has a dot or stands twice.</exception>
    public Sequential(params IReadOnlyList<(string Name, Module Module)> modules) =>
        this.modules = [.. modules.Select(m => Add(m.Name, m.Module))];

    /// <summary>Modules whose names are their numbers from 0, as PyTorch's.</summary>
    public Sequential(params IReadOnlyList<Module> modules)
        : this([.. modules.Select((m, i) => (i.ToString(CultureInfo.InvariantCulture), m))])
    {
    }

    /// <summary>The module of a name.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public Module this[string name] => Children.FirstOrDefault(m => m.Name == name).Module
        ?? throw new KeyNotFoundException($"Sequential: no module \"{name}\" among {string.Join(", ", Children.Select(m => m.Name))}");

    /// <inheritdoc/>
    public override Var Forward(Var x)
    {
        foreach (var module in modules)
        {
            x = module.Forward(x);
        }

        return x;
    }
}
