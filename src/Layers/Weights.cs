namespace LisNative.Layers;

/// <summary>A module's parameters and buffers to and from safetensors.</summary>
public static class Weights
{
    /// <summary>Of PyTorch's batch normalisation: how many batches it has seen, which its defaults do not use.</summary>
    private const string Counter = "num_batches_tracked";

    /// <summary>Adds every parameter and buffer under its name.</summary>
    public static void AddTo(SafeTensors file, Module module)
    {
        foreach (var (name, value) in State(module))
        {
            file.Add(name, value);
        }
    }

    /// <summary>
    /// Overwrites every parameter and buffer with the tensor of its name, after a prefix and a dot where one is given; or none of them.
    /// What else is in the file stays unread.
    /// </summary>
    /// <exception cref="InputException">A tensor is missing, has another shape or holds no numbers.</exception>
    public static void Load(Module module, SafeTensors file, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(file);
        (string Name, Tensor Value)[] state = [.. State(module).Select(s => (FullName(prefix, s.Name), s.Value))];
        Array.ForEach(state, s => file.Get(s.Name, s.Value.Shape));
        Array.ForEach(state, s => file.CopyTo(s.Name, s.Value));
    }

    /// <summary>A parameter's name after a prefix and a dot; alone when the prefix is empty.</summary>
    public static string FullName(string prefix, string name) => prefix.Length == 0 ? name : $"{prefix}.{name}";

    /// <summary>Refuses a file with tensors that the module has no place for.</summary>
    /// <exception cref="InputException">There is one; the message names it.</exception>
    internal static void CheckNoneElse(Module module, SafeTensors file)
    {
        HashSet<string> known = [.. module.All<Parameter>().Select(p => p.Name), .. module.All<Tensor>().Select(b => b.Name)];
        if (file.Tensors.Keys.FirstOrDefault(n => !known.Contains(n) && n.Split('.')[^1] != Counter) is { } other)
        {
            throw new InputException(file.Source,
                $"expected the tensors of {module.GetType().Name} alone, found \"{other}\", which it has no place for; a network of "
                + "the same parts and names reads it");
        }
    }

    /// <summary>Every parameter and buffer under its name.</summary>
    internal static IEnumerable<(string Name, Tensor Value)> State(Module module) =>
        module.Parameters.Select(p => (p.Name, p.Value.Value)).Concat(module.Buffers);
}
