using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using LisNative.Formulas;
using LisNative.Gpu;
using LisNative.Layers;
using LisNative.Memory;
using LisNative.Models;
using LisNative.Proof.Records;
using LisNative.Random;
using LisNative.Training;

namespace LisNative.Tests.Gpu;

/// <summary>Every kernel that the records, large products and a training step of both nets launch, found by running them on a backend that launches nothing.</summary>
internal static class KernelList
{
    private const int Batch = 128;

    private static readonly Lazy<IReadOnlyDictionary<Type, int>> Found = new(Collect);

    /// <summary>Kernel types, with the threads of their groups.</summary>
    internal static IReadOnlyDictionary<Type, int> All => Found.Value;

    private static Dictionary<Type, int> Collect()
    {
        var kernels = new Dictionary<Type, int>();
        Launch(kernels, ProductVariant.Vectorised);
        Launch(kernels, ProductVariant.TensorCore);
        return kernels;
    }

    private static void Launch(Dictionary<Type, int> kernels, ProductVariant variant)
    {
        using var context = Context.Create(b => b.CPU());
        var backend = new GpuBackend(context.CreateCPUAccelerator(0), variant, (a, s) => new Collector(a, s, kernels));
        using var device = new LisNative.Device("none", backend);
        foreach (var record in Table.All)
        {
            using var scope = new Scope();
            Var[] x = [.. record.Arguments.Select(a => Var.Leaf(device.Zeros(a.Shape)))];
            var y = record.Apply(x);
            _ = Gradient.Of(y, x, device.Zeros(y.Shape));
        }

        using (new Scope())
        {
            Var a = Var.Leaf(device.Zeros([2048, 2048])), b = Var.Leaf(device.Zeros([2048, 2048])), c = Var.MatMul(a, b);
            _ = Gradient.Of(c, [a, b], c);
        }

        using (var x = device.Empty([8]))
        {
            x.Draw(new Philox(1), Distribution.Normal);
        }

        Step(device, new([1, 28, 28], 32, 64, 64));
        Step(device, new([3, 32, 32], 64, 128, 256));
    }

    private static void Step(LisNative.Device device, LisNative.Models.Architecture architecture)
    {
        using var scope = new Scope();
        using var network = Autoencoder.Create(device, architecture, new Philox(1));
        Parameter[] parameters = [.. network.Parameters.Select(p => p.Value)];
        using var adam = new Adam(parameters);
        Var x = device.Zeros([Batch, .. architecture.Sample.Sizes]);
        Var[] gradients = [];
        Replay(() => gradients = Gradient.Of(LisLosses.Error(network.Forward(x), x).Mean(), parameters, release: true));
        using var squares = LisNative.Tensor.ReduceEach(default(SumOfSquares), [.. gradients.Select(g => g.Value)]);
        adam.Step(gradients);
        network.SetTrainable(false);
        network.Latent.SetTrainable(true);
        Parameter[] latent = [.. network.Latent.Parameters.Select(p => p.Value)];
        Replay(() => _ = Gradient.Of(LisLosses.LatentShaping(network.Forward(x), x, Batch / 2, 1, 20), latent, release: true));

        void Replay(Action work)
        {
            using var capture = new Capture(device, work);
            capture.Replay();
        }
    }

    private sealed class Collector(Accelerator accelerator, AcceleratorStream stream, Dictionary<Type, int> kernels) : Launcher(accelerator, stream)
    {
        protected override Action<AcceleratorStream, KernelConfig, TKernel> Compiled<TKernel>() => (_, config, _) => kernels.TryAdd(typeof(TKernel), config.GroupDim.X);
    }
}
