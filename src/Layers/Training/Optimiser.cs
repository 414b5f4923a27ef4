using System.Globalization;
using LisNative.Formulas;

namespace LisNative.Layers;

/// <summary>
/// Changes parameters along their gradients. Holds up to two moments for each parameter, and counts its steps. A parameter that is frozen,
/// or that a step has no gradient of, stays as it is, and so do its moments and its count: weight decay and momentum do not move it either.
/// </summary>
public abstract class Optimiser : IDisposable
{
    private const string StepsName = "steps";

    private readonly IReadOnlyList<Parameter> parameters;
    private readonly Tensor[] first, second;
    private readonly int[] taken;
    private readonly bool[] moves;

    /// <summary>What is updated together: the first <c>Count</c> of each.</summary>
    private (Tensor[] Values, Tensor[] Gradients, Tensor[] First, Tensor[] Second, int Count) together;

    /// <summary>For the given parameters.</summary>
    /// <exception cref="ArgumentException">The elements of a parameter do not lie densely, or two parameters share memory.</exception>
    protected Optimiser(IReadOnlyList<Parameter> parameters, double learningRate)
    {
        this.parameters = [.. parameters];
        LearningRate = learningRate;
        Tensor[] values = [.. parameters.Select(p => p.Value)];
        if (Array.Find(values, v => !v.IsDense) is { } odd)
        {
            throw new ArgumentException(
                $"Optimiser: parameter {odd.Shape} is a view whose elements have gaps or repeat; expected one in memory of its own, as "
                + "Clone() gives");
        }

        for (int i = 0; i < values.Length; i++)
        {
            if (Array.FindIndex(values, 0, i, values[i].Overlaps) is >= 0 and int twin)
            {
                throw new ArgumentException(
                    $"Optimiser: parameters {twin} and {i}, {values[i].Shape}, share memory, and would be moved twice; expected each once");
            }
        }

        first = [.. values.Select(v => v.ZerosLike())];
        second = [.. values.Select(v => v.ZerosLike())];
        (taken, moves) = (new int[values.Length], new bool[values.Length]);
        Tensor[] Room() => new Tensor[values.Length];
        together = (Room(), Room(), Room(), Room(), 0);
    }

    /// <summary>The size of a step; a schedule may set it before each.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative, or no number.</exception>
    public double LearningRate
    {
        get;
        set
        {
            Require.AtLeast(nameof(Optimiser), 0, value, nameof(LearningRate));
            field = value;
        }
    }

    /// <summary>Steps of the parameter that has taken most.</summary>
    public int Steps => taken.DefaultIfEmpty().Max();

    /// <summary>What is changed.</summary>
    public IReadOnlyList<Parameter> Parameters => parameters;

    /// <summary>One step down a loss: its gradients, whose memory and that of all that the loss was computed from is returned.</summary>
    /// <param name="loss">One number; its value can still be read.</param>
    /// <param name="clip">The largest norm that all gradients together may have; longer ones are shortened to it.</param>
    /// <exception cref="ArgumentException">The loss has several elements or, outside a recording, is NaN or infinite, or it was computed
    /// from none of the parameters that are trained.</exception>
    public void Minimise(Var loss, double? clip = null)
    {
        using var scope = new Memory.Scope();
        var gradients = Gradient.Compute(loss, parameters, release: true);
        if (!Capture.IsRecording && loss.Value.Item() is var value && !double.IsFinite(value))
        {
            throw new ArgumentException($"Minimise: expected a finite loss, found {value.ToString(CultureInfo.InvariantCulture)}; a "
                + "sample or a label that is no number makes it so, and so does a learning rate that is too large. Nothing was changed");
        }

        if (parameters.Any(p => p.Trainable) && gradients.All(g => g.IsUnreached))
        {
            throw new ArgumentException($"Minimise: expected a loss that was computed from one of the {parameters.Count} parameters, "
                + "found one of none; values that were read, Detach and NoGrad cut it off");
        }

        Step(clip is { } most ? Clipping.ByNorm(gradients, most) : gradients);
    }

    /// <summary>One step.</summary>
    /// <param name="gradients">In the order of the parameters, each of its parameter's shape. Null is none: that parameter stays, as where
    /// <see cref="Gradient.Compute"/> found that nothing depends on it.</param>
    /// <exception cref="ArgumentException">Their number, a shape or a device differs.</exception>
    public void Step(IReadOnlyList<Var?> gradients)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        Check(gradients);
        for (int p = 0; p < moves.Length; p++)
        {
            moves[p] = parameters[p].Trainable && gradients[p] is { IsUnreached: false };
        }

        // Those that have taken equally many steps go together: usually all.
        for (int steps = Fewest(-1); steps < int.MaxValue; steps = Fewest(steps))
        {
            Apply(gradients, steps);
            Apply(steps + 1);
            foreach (var gradient in together.Gradients.AsSpan(0, together.Count))
            {
                gradient.Dispose();
            }
        }

        for (int p = 0; p < moves.Length; p++)
        {
            taken[p] += moves[p] ? 1 : 0;
        }
    }

    /// <summary>Writes the moments and the numbers of steps to a safetensors file.</summary>
    /// <exception cref="InputException">The place cannot be written.</exception>
    public void Save(string path)
    {
        var file = new SafeTensors();
        AddTo(file, "");
        file.Write(path);
    }

    /// <summary>Goes on from what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InputException">The file cannot be read, or something is missing or has another shape.</exception>
    public void Load(string path) => Load(SafeTensors.Read(path), "");

    /// <summary>Adds the moments and the numbers of steps, under names that begin with a prefix.</summary>
    public void AddTo(SafeTensors file, string prefix)
    {
        ArgumentNullException.ThrowIfNull(file);
        file.Metadata[prefix + StepsName] = string.Join(',', taken.Distinct().Count() > 1 ? taken : [Steps]);
        foreach (var (name, moment) in Moments(prefix))
        {
            file.Add(name, moment);
        }
    }

    /// <summary>Goes on from what <see cref="AddTo"/> wrote.</summary>
    /// <exception cref="InputException">Something is missing or has another shape; then all stays as it was.</exception>
    public void Load(SafeTensors file, string prefix)
    {
        ArgumentNullException.ThrowIfNull(file);
        string? text = file.Metadata.TryGetValue(prefix + StepsName, out string? found) ? found : null;
        int[] counts = [.. (text ?? "").Split(',')
            .Select(t => int.TryParse(t, NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : -1)];
        counts = counts.Length == 1 ? [.. Enumerable.Repeat(counts[0], taken.Length)] : counts;
        if (counts.Length != taken.Length || counts.Contains(-1))
        {
            throw new InputException(file.Source, $"expected a number of steps \"{prefix}{StepsName}\", found {text ?? "none"}");
        }

        (string Name, Tensor Value)[] moments = [.. Moments(prefix)];
        Array.ForEach(moments, m => file.Get(m.Name, m.Value.Shape));
        Array.ForEach(moments, m => file.CopyTo(m.Name, m.Value));
        counts.CopyTo(taken, 0);
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

    /// <summary>Changes some of the parameters and their moments.</summary>
    /// <param name="step">Which step it is of theirs, counted from 1.</param>
    protected abstract void Apply(int step);

    /// <summary>Runs a formula over them.</summary>
    protected void Update<TOp>(TOp op) where TOp : unmanaged, IUpdate
    {
        var (values, gradients, m, v, count) = together;
        values[0].Device.Backend.Update(op, values.AsSpan(0, count), gradients.AsSpan(0, count), m.AsSpan(0, count), v.AsSpan(0, count));
    }

    private void Check(IReadOnlyList<Var?> gradients)
    {
        if (gradients.Count != parameters.Count)
        {
            throw new ArgumentException($"Optimiser: {gradients.Count} gradients for {parameters.Count} parameters");
        }

        for (int i = 0; i < parameters.Count; i++)
        {
            var value = parameters[i].Value;
            if (gradients[i]?.Value is { } gradient && (gradient.Shape != value.Shape || gradient.Device != value.Device))
            {
                throw new ArgumentException(
                    $"Optimiser: gradient {i} is {gradient.Shape} on {gradient.Device}, and its parameter {value.Shape} on {value.Device}");
            }
        }
    }

    /// <summary>The fewest steps, but more than so many, that one of those that move has taken.</summary>
    private int Fewest(int more)
    {
        int fewest = int.MaxValue;
        for (int i = 0; i < taken.Length; i++)
        {
            fewest = moves[i] && taken[i] > more ? Math.Min(fewest, taken[i]) : fewest;
        }

        return fewest;
    }

    /// <summary>Puts those together that have taken so many steps.</summary>
    private void Apply(IReadOnlyList<Var?> gradients, int steps)
    {
        int count = 0;
        for (int i = 0; i < taken.Length; i++)
        {
            if (moves[i] && taken[i] == steps)
            {
                var value = parameters[i].Value;
                (together.Values[count], together.Gradients[count]) = (value, gradients[i]!.Value.LaidOutAs(value));
                (together.First[count], together.Second[count]) = (first[i], second[i]);
                count++;
            }
        }

        together.Count = count;
    }
}
