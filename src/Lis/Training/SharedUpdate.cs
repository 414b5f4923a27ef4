using LisNative.Formulas;
using LisNative.Layers;
using LisNative.Memory;

namespace LisNative.Training;

/// <summary>
/// For ranks on one machine: parameters and moments lie in memory that all see, and each rank adds up the gradients of its part of them, and updates that (the division of Rajbhandari et al. 2020, ZeRO). A gradient
/// is copied once, by the rank that has it, where the others read it. Of messages there are three a step, of a few bytes: they tell when all have come so far.
/// </summary>
internal sealed class SharedUpdate : GradientExchange
{
    private readonly IReadOnlyList<Parameter> parameters;
    private readonly SharedMemory memory;
    private readonly IReadOnlyList<ParameterPart>[] parts;
    private readonly Tensor[] homes, own;
    private readonly Tensor[][] given;
    private readonly Tensor head;

    private SharedUpdate(Communicator ranks, IReadOnlyList<Parameter> parameters, SharedMemory memory) : base(ranks)
    {
        (this.parameters, this.memory) = (parameters, memory);
        parts = ParameterPart.Divide([.. parameters.Select(p => p.Value.Count)], ranks.Size);
        homes = [.. parameters.Select(p => p.Value)];
        own = new Tensor[parts[ranks.Rank].Count];
        head = parameters[0].Value.Device.Zeros([2]);
        (Loss, Stop) = (head.Slice(0, 0, 1), head.Slice(0, 1, 1));
        given = memory.Within(() =>
        {
            foreach (var parameter in parameters)
            {
                parameter.MoveTo(parameter.Value.EmptyLike(parameter.Shape));
            }

            return Enumerable.Range(0, ranks.Size).Select(_ => parameters.Select(p => p.Value.EmptyLike(p.Shape)).ToArray()).ToArray();
        });
    }

    /// <inheritdoc/>
    protected override Tensor Loss { get; }

    /// <inheritdoc/>
    protected override Tensor Stop { get; }

    private IReadOnlyList<ParameterPart> Mine => parts[Ranks.Rank];

    /// <summary>Null where there is no such memory.</summary>
    internal static SharedUpdate? Of(Communicator ranks, IReadOnlyList<Parameter> parameters)
    {
        const int ValueAndMoments = 3;
        return parameters[0].Value.Device.Backend is { UsesHostMemory: true, CanCapture: true, ElementSize: sizeof(float) }
            && ranks.Share((ValueAndMoments + ranks.Size) * parameters.Sum(p => SharedMemory.SizeOf(p.Value.Count))) is { } memory ? new(ranks, parameters, memory) : null;
    }

    /// <inheritdoc/>
    internal override Optimiser Create(Func<Optimiser> create) => memory.Within(() =>
    {
        var optimiser = create();
        optimiser.Restrict(Mine);
        return optimiser;
    });

    /// <inheritdoc/>
    internal override void Add(int parameter, Var gradient)
    {
        var ordered = gradient.Value.LaidOutAs(parameters[parameter].Value);
        for (int rank = 0; rank < Ranks.Size; rank++)
        {
            foreach (var (i, part) in parts[rank].Index().Where(p => p.Item.Parameter == parameter))
            {
                var values = part.Of(ordered);
                if (rank == Ranks.Rank)
                {
                    own[i] = values;
                }
                else
                {
                    part.Of(given[Ranks.Rank][parameter]).CopyFrom(values);
                }
            }
        }
    }

    /// <inheritdoc/>
    internal override (Var[] Gradients, Var Loss) Sums() =>
        ([.. Mine.Zip(own, (part, values) => Others.Aggregate((Var)values, (sum, rank) => sum + part.Of(given[rank][part.Parameter])))], Loss);

    /// <inheritdoc/>
    internal override Var Squares(IReadOnlyList<Var> gradients)
    {
        Var[] places = [.. Enumerable.Repeat((Var)Loss.Device.Zeros([1]), parameters.Count)];
        foreach (var (part, gradient) in Mine.Zip(gradients))
        {
            places[part.Parameter] = gradient.Value.Reduce(default(SumOfSquares), []).Reshape(1);
        }

        var all = Var.Concat(0, places);
        var (address, count) = Run(all.Value);
        Capture.Host(() => Meet(address, count));
        return all;
    }

    /// <inheritdoc/>
    internal override void Updated()
    {
        Sum();      // whatever is in the head by now
        foreach (var parameter in parameters)
        {
            parameter.Value.Changed();
        }
    }

    /// <inheritdoc/>
    protected override void Sum()
    {
        var (address, count) = Run(head);
        Meet(address, count);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (var (parameter, home) in parameters.Zip(homes))
        {
            var shared = parameter.Value;
            parameter.MoveTo(home);
            shared.Dispose();
        }

        foreach (var tensor in given.SelectMany(g => g).Concat([Loss, Stop, head]))
        {
            tensor.Dispose();
        }

        memory.Dispose();
    }

    private IEnumerable<int> Others => Enumerable.Range(0, Ranks.Size).Where(rank => rank != Ranks.Rank);

    /// <summary>Adds up a few numbers over the ranks; nobody goes on before all have come here.</summary>
    private void Meet(nint values, int count)
    {
        Ranks.BeginSum(values, count);
        Ranks.Wait();
    }
}
