using LisNative.Formulas;
using LisNative.Layers;

namespace LisNative.Training;

/// <summary>How the gradients of all ranks become one step: each rank's are taken while its backward pass goes on, and with them its loss and whether it asks to stop.</summary>
internal abstract class GradientExchange(Communicator ranks) : IDisposable
{
    private readonly float[] flag = new float[1];

    /// <summary>The loss, [1]; the sum over all ranks after <see cref="Wait"/>.</summary>
    protected abstract Tensor Loss { get; }

    /// <summary>How many ranks ask to stop, [1]; likewise.</summary>
    protected abstract Tensor Stop { get; }

    /// <summary>The ranks.</summary>
    protected Communicator Ranks => ranks;

    /// <summary>Through memory that all ranks see, if there is such memory and no recording but that of the step reads the parameters, which move there; else by messages.</summary>
    internal static GradientExchange Create(Communicator ranks, IReadOnlyList<Parameter> parameters, bool mayMove) =>
        (mayMove ? SharedUpdate.Of(ranks, parameters) : null) ?? (GradientExchange)new BucketedAllReduce(ranks, parameters);

    /// <summary>Before a step, outside of any recording.</summary>
    internal void Begin()
    {
        flag[0] = ranks.WantsStop ? 1 : 0;
        Stop.Write<float>(flag);
    }

    /// <summary>Takes this rank's loss, at the end of the forward pass.</summary>
    internal virtual void Add(Var loss) => Loss.CopyFrom(loss.Value);

    /// <summary>Takes the gradient of a parameter.</summary>
    internal abstract void Add(int parameter, Var gradient);

    /// <summary>Waits for the ranks.</summary>
    internal void Wait()
    {
        Sum();
        Stop.Read<float>(flag);
        ranks.Stops = flag[0] > 0;
    }

    /// <summary>After <see cref="Wait"/>: the sums of the gradients that this rank's optimiser is to take, and of the loss.</summary>
    internal abstract (Var[] Gradients, Var Loss) Sums();

    /// <summary>Σg² of every parameter, [parameters], from the gradients that <see cref="Sums"/> gave.</summary>
    internal virtual Var Squares(IReadOnlyList<Var> gradients) => SumsOfSquares(gradients);

    /// <summary>Σg² of each gradient, [gradients].</summary>
    internal static Var SumsOfSquares(IReadOnlyList<Var> gradients) => Tensor.ReduceEach(default(SumOfSquares), [.. gradients.Select(g => g.Value)]);

    /// <summary>The optimiser whose steps these are.</summary>
    internal virtual Optimiser Create(Func<Optimiser> create) => create();

    /// <summary>After the optimiser's step.</summary>
    internal virtual void Updated()
    {
    }

    /// <summary>Where the elements of a dense tensor lie, and how many there are.</summary>
    protected static (nint Address, int Count) Run(Tensor values) => (values.Address + ((nint)values.Offset * sizeof(float)), values.Count);

    /// <summary>Adds up over the ranks what was taken.</summary>
    protected abstract void Sum();

    /// <summary>Returns the memory.</summary>
    public abstract void Dispose();
}
