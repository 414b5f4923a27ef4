namespace LisNative.Layers;

/// <summary>
/// A part of a network: parameters, buffers and modules of its own, each under a name, and what it does to its input. Names within names
/// are joined by dots, as in PyTorch's state dictionaries.
/// </summary>
/// <example><code>
/// sealed class Residual : Module
/// {
///     private readonly Linear inner;
///     public Residual(Linear inner) => this.inner = Add("inner", inner);
///     public override Var Forward(Var x) => x + inner.Forward(x);
/// }
/// </code></example>
public abstract class Module : IDisposable
{
    private readonly List<(string Name, IDisposable Part)> parts = [];

    /// <summary>The modules that it consists of, in the order they were added.</summary>
    public IReadOnlyList<(string Name, Module Module)> Children =>
        [.. parts.Where(p => p.Part is Module).Select(p => (p.Name, (Module)p.Part))];

    /// <summary>All parameters, its modules' too, in the order they were added; one that stands twice by the first of its names.</summary>
    public IReadOnlyList<(string Name, Parameter Value)> Parameters => [.. All<Parameter>().DistinctBy(p => p.Value)];

    /// <summary>All parameters without their names, as optimisers and gradients take them.</summary>
    public IReadOnlyList<Parameter> ParameterList => [.. Parameters.Select(p => p.Value)];

    /// <summary>All tensors that belong to its state and that no gradient changes, such as running statistics.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> Buffers => [.. All<Tensor>().DistinctBy(b => b.Value)];

    /// <summary>Whether it computes as in training, as it does at first: dropout drops, batch normalisation uses the batch.</summary>
    public bool IsTraining { get; private set; } = true;

    /// <summary>The output for a batch.</summary>
    public abstract Var Forward(Var x);

    /// <summary>Has it and its modules compute as in training, or not.</summary>
    public void Train(bool training = true)
    {
        IsTraining = training;
        foreach (var (_, child) in Children)
        {
            child.Train(training);
        }
    }

    /// <summary>Has it and its modules compute as after training.</summary>
    public void Eval() => Train(false);

    /// <summary>Makes every parameter trainable, or none.</summary>
    public void SetTrainable(bool trainable)
    {
        foreach (var (_, parameter) in Parameters)
        {
            parameter.Trainable = trainable;
        }
    }

    /// <summary>Writes parameters and buffers to a safetensors file.</summary>
    /// <exception cref="InputException">The place cannot be written.</exception>
    public void Save(string path)
    {
        var file = new SafeTensors();
        Weights.AddTo(file, this);
        file.Write(path);
    }

    /// <summary>Overwrites parameters and buffers with those of a safetensors file, PyTorch's included; or none of them.</summary>
    /// <exception cref="InputException">The file cannot be read; a tensor is missing, is not of this module or has another shape.</exception>
    public void Load(string path)
    {
        var file = SafeTensors.Read(path);
        Weights.CheckNoneElse(this, file);
        Weights.Load(this, file);
    }

    /// <summary>Returns the memory of parameters and buffers, its modules' too.</summary>
    public void Dispose()
    {
        foreach (var (_, part) in parts)
        {
            part.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Takes a module over as a part of this one.</summary>
    /// <exception cref="ArgumentException">The name is empty, has a dot or belongs to another part.</exception>
    protected T Add<T>(string name, T child) where T : Module => Register(name, child);

    /// <summary>Takes a tensor over as a parameter.</summary>
    /// <inheritdoc cref="Add{T}" path="/exception"/>
    protected Parameter Add(string name, Tensor value) => Register(name, new Parameter(value));

    /// <summary>Takes a tensor over as a buffer: saved with the parameters, but not trained.</summary>
    /// <inheritdoc cref="Add{T}" path="/exception"/>
    protected Tensor AddBuffer(string name, Tensor value) => Register(name, value);

    /// <summary>Takes over what is to be disposed with the module.</summary>
    private protected T Register<T>(string name, T part) where T : IDisposable
    {
        ArgumentNullException.ThrowIfNull(part);
        if (string.IsNullOrEmpty(name) || name.Contains('.', StringComparison.Ordinal) || parts.Exists(p => p.Name == name))
        {
            throw new ArgumentException(
                $"{GetType().Name}: expected for each part a name of its own without dots, found \"{name}\" beside "
                + (parts.Count == 0 ? "none" : string.Join(", ", parts.Select(p => p.Name))));
        }

        parts.Add((name, part));
        return part;
    }

    /// <summary>All parts of a kind by their full names; one that stands twice, twice.</summary>
    internal IEnumerable<(string Name, T Value)> All<T>() => parts.SelectMany(p => p.Part switch
    {
        T own => [(p.Name, own)],
        Module child => child.All<T>().Select(c => ($"{p.Name}.{c.Name}", c.Value)),
        _ => [],
    });
}
