using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using LisNative.Distributed;
using LisNative.Gpu;
using LisNative.Layers;
using LisNative.Memory;
using LisNative.Models;
using LisNative.Proof.Records;
using LisNative.Random;
using LisNative.Training;

namespace LisNative.Tests.Gpu;

/// <summary>
/// Every kernel that the records, large products and a training step of both nets launch, found by running them on a backend that launches
/// nothing.
/// </summary>
internal static class KernelList
{
    private const int Batch = 128;

    private static readonly Lazy<(IReadOnlyDictionary<Type, int> Kernels, IReadOnlyDictionary<string, int> Launches)> Found = new(Collect);

    /// <summary>Kernel types, with the threads of their groups.</summary>
    internal static IReadOnlyDictionary<Type, int> All => Found.Value.Kernels;

    /// <summary>Launches of a recorded training step of either net, in either phase.</summary>
    internal static IReadOnlyDictionary<string, int> Launches => Found.Value.Launches;

    private static (IReadOnlyDictionary<Type, int>, IReadOnlyDictionary<string, int>) Collect()
    {
        var (kernels, launches) = (new Dictionary<Type, int>(), new Dictionary<string, int>());
        Launch(kernels, launches, ProductVariant.Vectorised);
        Launch(kernels, [], ProductVariant.TensorCore);
        return (kernels, launches);
    }

    private static void Launch(Dictionary<Type, int> kernels, Dictionary<string, int> launches, ProductVariant variant)
    {
        using var context = Context.Create(b => b.CPU());
        Collector? collector = null;
        var backend = new GpuBackend(context.CreateCPUAccelerator(0), variant, (a, s) => collector = new Collector(a, s, kernels));
        using var device = new LisNative.Device("none", backend);
        foreach (var record in Table.All)
        {
            using var scope = new Scope();
            Var[] x = [.. record.Arguments.Select(a => Var.Leaf(device.Zeros(a.Shape)))];
            var y = record.Apply(x);
            _ = Gradient.Compute(y, x, device.Zeros(y.Shape));
        }

        using (new Scope())
        {
            Var a = Var.Leaf(device.Zeros([2048, 2048])), b = Var.Leaf(device.Zeros([2048, 2048])), c = Var.MatMul(a, b);
            _ = Gradient.Compute(c, [a, b], c);
        }

        using (var x = device.Empty([8]))
        {
            x.Draw(new Philox(1), Distribution.Normal);
            using var numbers = new RandomStream(device, new(1));
            _ = new Var(x).Dropout(0.5, numbers);
        }

        Steps("mnist", new([1, 28, 28], 32, 64, 64));
        Steps("cifar", new([3, 32, 32], 64, 128, 256));

        void Steps(string name, LisNative.Models.Architecture architecture)
        {
            using var scope = new Scope();
            using var network = Autoencoder.Create(device, architecture, new Philox(1));
            Tensor x = device.Zeros([Batch, .. architecture.Sample.Sizes]), both = device.Zeros([2 * Batch, .. architecture.Sample.Sizes]);
            launches[$"{name} phase 1"] = Step(network.Parameters, () => LisLosses.Error(network.Forward(x), x).Mean());
            network.FreezeAllButLatent();
            var features = network.Encoder.Forward(both).Value;
            launches[$"{name} phase 2"] = Step(
                network.LatentParameters, () => LisLosses.LatentShaping(network.FromFeatures(features), both, Batch, 1, 20));
        }

        int Step(IReadOnlyList<(string, Parameter)> parameters, Func<Var> loss)
        {
            using var step = new TrainingStep(
                new("", parameters, new LearningRateSchedule(1e-3, 0, 100, 0), BatchSlice.Whole(Batch), _ => { }, loss));
            int before = collector!.Launches;
            step.Step(1);
            return collector.Launches - before;
        }
    }

    private sealed class Collector(Accelerator accelerator, AcceleratorStream stream, Dictionary<Type, int> kernels)
        : Launcher(accelerator, stream)
    {
        internal int Launches { get; private set; }

        protected override Action<AcceleratorStream, KernelConfig, TKernel> Compiled<TKernel>(int groupSize) => (_, _, _) =>
        {
            Launches++;
            kernels.TryAdd(typeof(TKernel), groupSize);
        };
    }
}
