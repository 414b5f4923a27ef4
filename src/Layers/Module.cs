namespace LisNative.Layers;

/// <summary>A part of a network: its named parameters and what it does to its input.</summary>
public abstract class Module : IDisposable
{
    /// <summary>The parameters with their names, in the order they were made; nested names are joined by a dot.</summary>
    public abstract IReadOnlyList<(string Name, Parameter Value)> Parameters { get; }

    /// <summary>The output for a batch.</summary>
    public abstract Var Forward(Var x);

    /// <summary>Makes every parameter trainable, or none.</summary>
    public void SetTrainable(bool trainable)
    {
        foreach (var (_, parameter) in Parameters)
        {
            parameter.Trainable = trainable;
        }
    }

    /// <summary>Returns the parameters' memory.</summary>
    public void Dispose()
    {
        foreach (var (_, parameter) in Parameters)
        {
            parameter.Dispose();
        }

        GC.SuppressFinalize(this);
    }
}
