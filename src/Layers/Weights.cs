namespace LisNative.Layers;

/// <summary>A module's parameters to and from safetensors.</summary>
public static class Weights
{
    /// <summary>Adds every parameter under its name.</summary>
    public static void AddTo(SafeTensors file, Module module)
    {
        foreach (var (name, parameter) in module.Parameters)
        {
            file.Add(name, parameter.Value);
        }
    }

    /// <summary>Overwrites every parameter with the tensor of its name, after a prefix and a dot where one is given.</summary>
    /// <exception cref="InputException">A tensor is missing or has another shape.</exception>
    public static void Load(Module module, SafeTensors file, string prefix = "")
    {
        foreach (var (name, parameter) in module.Parameters)
        {
            file.CopyTo(FullName(prefix, name), parameter.Value);
        }
    }

    /// <summary>A parameter's name after a prefix and a dot; alone when the prefix is empty.</summary>
    public static string FullName(string prefix, string name) => prefix.Length == 0 ? name : $"{prefix}.{name}";
}
