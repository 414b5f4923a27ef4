using LisNative.Formulas;

namespace LisNative.Layers;

/// <summary>Changes parameters along their gradients. Holds up to two moments for each parameter.</summary>
public abstract class Optimiser : IDisposable
{
    private readonly IReadOnlyList<Parameter> parameters;
    private readonly Tensor[] values, gradients, first, second;

    /// <summary>For the given parameters.</summary>
    protected Optimiser(IReadOnlyList<Parameter> parameters, double learningRate)
    {
        this.parameters = parameters;
        LearningRate = learningRate;
        values = [.. parameters.Select(p => p.Value)];
        gradients = new Tensor[values.Length];
        first = [.. values.Select(v => v.ZerosLike())];
        second = [.. values.Select(v => v.ZerosLike())];
    }

    /// <summary>The size of a step; a schedule may set it before each.</summary>
    public double LearningRate { get; set; }

    /// <summary>Steps taken.</summary>
    public int Steps { get; private set; }

    /// <summary>What is changed.</summary>
    public IReadOnlyList<Parameter> Parameters => parameters;

    /// <summary>One step; the gradients are in the order of the parameters.</summary>
    /// <exception cref="ArgumentException">Their number differs.</exception>
    public void Step(IReadOnlyList<Var> gradients)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        if (gradients.Count != parameters.Count)
        {
            throw new ArgumentException($"Optimiser: {gradients.Count} gradients for {parameters.Count} parameters");
        }

        Steps++;
        for (int i = 0; i < values.Length; i++)
        {
            this.gradients[i] = gradients[i].Value.LaidOutAs(values[i]);
        }

        Apply();
        foreach (var gradient in this.gradients)
        {
            gradient.Dispose();
        }
    }

    /// <summary>Returns the moments' memory.</summary>
    public void Dispose()
    {
        foreach (var moment in first.Concat(second))
        {
            moment.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Changes the parameters and their moments.</summary>
    protected abstract void Apply();

    /// <summary>Runs a formula over all parameters.</summary>
    protected void Update<TOp>(TOp op) where TOp : unmanaged, IUpdate
    {
        if (values.Length > 0)
        {
            values[0].Device.Backend.Update(op, values, gradients, first, second);
        }
    }
}
