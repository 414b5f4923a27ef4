// transformer [STEPS]   a small transformer encoder learns to sort twelve numbers: it says of each place what stands there in order.
using LisNative;
using LisNative.Layers;

const int Length = 12, Numbers = 16, Width = 64, Heads = 4, Batch = 64;
var (device, random, steps) = (Device.Cpu, new Generator(seed: 1), args.Length > 0 ? int.Parse(args[0]) : 600);
using var net = new Sequential(
    new Embedding(device, Numbers, Width, random), new Positions(device, Length, Width), Block(), Block(),
    new LayerNorm(device, Width), new Linear(device, Width, Numbers, random));
using var adam = new Adam(net.ParameterList);

foreach (var (step, (x, sorted)) in Sequences(steps * Batch, Batch, random).Index())
{
    var loss = Losses.CrossEntropy(net.Forward(x).Reshape(-1, Numbers), [.. sorted.SelectMany(s => s)]);
    adam.LearningRate = new LearningRateSchedule(Peak: 3e-3, WarmUp: steps / 10, Total: steps, Floor: 0.01).RateAt(step);
    adam.Minimise(loss, clip: 1);
    if (step % 100 == 99)
    {
        Console.WriteLine($"step {step + 1}: loss {loss.Value.Item():F3}");
    }
}

net.Eval();
using var noGrad = new NoGrad();
int right = 0;
foreach (var (x, sorted) in Sequences(1024, 256, new Generator(seed: 2)))
{
    right += net.Forward(x).ArgMax(-1).ToArray().Chunk(Length).Zip(sorted).Count(pair => pair.First.SequenceEqual(pair.Second));
}

Console.WriteLine($"{right / 1024.0:P1} of 1024 sequences sorted without a fault");

Sequential Block() => new(
    new Residual(new LayerNorm(device, Width), new Attention(device, Width, Heads, random)),
    new Residual(new LayerNorm(device, Width), new Linear(device, Width, 4 * Width, random, Activation.Gelu),
        new Linear(device, 4 * Width, Width, random)));

// Sequences, each beside its numbers in order.
DataLoader<int[]> Sequences(int count, int batch, Generator random) => new(device, [Length], count, (_, x, noise) =>
{
    int[] numbers = [.. Enumerable.Range(0, Length).Select(i => noise.Below(Numbers, (ulong)i))];
    Array.ConvertAll(numbers, n => (float)n).CopyTo(x);
    return [.. numbers.Order()];
}, batch, random);

internal sealed class Positions : Module
{
    private readonly Parameter vectors;

    public Positions(Device device, int length, int width) => vectors = Add("vectors", device.Zeros([length, width]));

    public override Var Forward(Var x) => x + vectors;
}

internal sealed class Residual : Module
{
    private readonly Sequential inner;

    public Residual(params Module[] inner) => this.inner = Add("inner", new Sequential(inner));

    public override Var Forward(Var x) => x + inner.Forward(x);
}

// softmax(q·kᵀ / √d)·v in each of several heads (Vaswani et al. 2017), [batch, length, width].
internal sealed class Attention : Module
{
    private readonly Linear project, output;
    private readonly int heads;

    public Attention(Device device, int width, int heads, Generator random) => (this.heads, project, output) = (heads,
        Add("project", new Linear(device, width, 3 * width, random)), Add("output", new Linear(device, width, width, random)));

    public override Var Forward(Var x)
    {
        var (batch, length, width) = (x.Shape[0], x.Shape[1], x.Shape[2]);
        var parts = project.Forward(x).Reshape(batch, length, 3, heads, width / heads).Permute(2, 0, 3, 1, 4);
        var weights = (Var.MatMul(parts[0], parts[1].Transpose()) / Math.Sqrt(width / heads)).Softmax(-1);
        return output.Forward(Var.MatMul(weights, parts[2]).Permute(0, 2, 1, 3).Reshape(batch, length, width));
    }
}
