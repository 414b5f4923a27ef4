using LisNative.Formulas;

namespace LisNative.Layers;

/// <summary>Changes parameters along their gradients. Holds up to two moments for each parameter.</summary>
public abstract class Optimiser : IDisposable
{
    private readonly IReadOnlyList<Parameter> parameters;
    private readonly List<(Tensor First, Tensor Second)> moments = [];

    /// <summary>For the given parameters.</summary>
    protected Optimiser(IReadOnlyList<Parameter> parameters, double learningRate)
    {
        this.parameters = parameters;
        LearningRate = learningRate;
        moments.AddRange(parameters.Select(p => (p.Value.ZerosLike(), p.Value.ZerosLike())));
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
        for (int i = 0; i < parameters.Count; i++)
        {
            using var gradient = gradients[i].Value.LaidOutAs(parameters[i].Value);
            Apply(parameters[i].Value, gradient, moments[i].First, moments[i].Second);
        }
    }

    /// <summary>Returns the moments' memory.</summary>
    public void Dispose()
    {
        foreach (var (first, second) in moments)
        {
            first.Dispose();
            second.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Changes one parameter and its moments.</summary>
    protected abstract void Apply(Tensor parameter, Tensor gradient, Tensor first, Tensor second);

    /// <summary>Runs a formula over one parameter.</summary>
    protected static void Update<TOp>(TOp op, Tensor parameter, Tensor gradient, Tensor first, Tensor second) where TOp : unmanaged, IUpdate =>
        parameter.Device.Backend.Update(op, parameter, gradient, first, second);
}
