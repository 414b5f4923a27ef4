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

    /// <summary>Overwrites every parameter with the tensor of its name.</summary>
    /// <exception cref="InputException">A tensor is missing or has another shape.</exception>
    public static void Load(Module module, SafeTensors file)
    {
        foreach (var (name, parameter) in module.Parameters)
        {
            var stored = file[name];
            if (stored.Shape != parameter.Shape)
            {
                throw new InputException(file.Source, $"tensor \"{name}\": expected {parameter.Shape}, found {stored.Shape}");
            }

            using var value = parameter.Value.Device.From(stored.ToDoubles(), stored.Shape);
            parameter.Value.CopyFrom(value);
        }
    }
}
