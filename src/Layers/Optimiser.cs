using System.Globalization;
using LisNative.Formulas;

namespace LisNative.Layers;

/// <summary>Changes parameters along their gradients. Holds up to two moments for each parameter.</summary>
public abstract class Optimiser : IDisposable
{
    private readonly IReadOnlyList<Parameter> parameters;
    private readonly Tensor[] first, second;
    private (Tensor[] Values, Tensor[] Gradients, Tensor[] First, Tensor[] Second) updated;

    private const string StepsName = "steps";

    /// <summary>For the given parameters.</summary>
    protected Optimiser(IReadOnlyList<Parameter> parameters, double learningRate)
    {
        this.parameters = parameters;
        LearningRate = learningRate;
        Tensor[] values = [.. parameters.Select(p => p.Value)];
        first = [.. values.Select(v => v.ZerosLike())];
        second = [.. values.Select(v => v.ZerosLike())];
        updated = (values, new Tensor[values.Length], first, second);
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
        if (gradients.Count != updated.Values.Length)
        {
            throw new ArgumentException($"Optimiser: {gradients.Count} gradients for {updated.Values.Length} parameters");
        }

        Steps++;
        for (int i = 0; i < updated.Values.Length; i++)
        {
            updated.Gradients[i] = gradients[i].Value.LaidOutAs(updated.Values[i]);
        }

        Apply();
        foreach (var gradient in updated.Gradients)
        {
            gradient.Dispose();
        }
    }

    /// <summary>From now on a step is given the gradients of these parts, and changes nothing else: others see to the rest.</summary>
    internal void Restrict(IReadOnlyList<ParameterPart> parts)
    {
        updated = (Of([.. parameters.Select(p => p.Value)]), new Tensor[parts.Count], Of(first), Of(second));
        Tensor[] Of(Tensor[] whole) => [.. parts.Select(p => p.Of(whole[p.Parameter]))];
    }

    /// <summary>Adds the moments and the number of steps, under names that begin with a prefix.</summary>
    public void AddTo(SafeTensors file, string prefix)
    {
        ArgumentNullException.ThrowIfNull(file);
        file.Metadata[prefix + StepsName] = Steps.ToString(CultureInfo.InvariantCulture);
        foreach (var (name, moment) in Moments(prefix))
        {
            file.Add(name, moment);
        }
    }

    /// <summary>Goes on from what <see cref="AddTo"/> wrote.</summary>
    /// <exception cref="InputException">Something is missing or has another shape.</exception>
    public void Load(SafeTensors file, string prefix)
    {
        ArgumentNullException.ThrowIfNull(file);
        Steps = file.Metadata.TryGetValue(prefix + StepsName, out string? text) && int.TryParse(text, CultureInfo.InvariantCulture, out int steps) ? steps
            : throw new InputException(file.Source, $"expected a number of steps \"{prefix}{StepsName}\", found {text ?? "none"}");
        foreach (var (name, moment) in Moments(prefix))
        {
            file.CopyTo(name, moment);
        }
    }

    private IEnumerable<(string Name, Tensor Value)> Moments(string prefix) =>
        first.Select((m, i) => ($"{prefix}first.{i}", m)).Concat(second.Select((m, i) => ($"{prefix}second.{i}", m)));

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
        if (updated.Values.Length > 0)
        {
            updated.Values[0].Device.Backend.Update(op, updated.Values, updated.Gradients, updated.First, updated.Second);
        }
    }
}
