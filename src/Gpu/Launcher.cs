using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Runtime;

namespace LisNative.Gpu;

/// <summary>Compiles each kernel once and launches it on one stream; what is launched while recording is recorded.</summary>
internal class Launcher(Accelerator accelerator, AcceleratorStream stream)
{
    private readonly AcceleratorStream stream = stream;

    /// <summary>Bytes of operands that a kernel may have: CUDA takes 4 KiB, OpenCL promises 1.</summary>
    private readonly int mostOperands = accelerator.AcceleratorType == AcceleratorType.OpenCL ? 1000 : 4000;
    private readonly ConcurrentDictionary<Type, Delegate> compiled = new();
    private readonly Lock gate = new();
    private List<string>? trace;

    /// <summary>Threads in all, in groups of <see cref="GpuBackend.GroupSize"/> unless said otherwise.</summary>
    internal void Launch<TKernel>(TKernel kernel, long groups, int groupSize = GpuBackend.GroupSize) where TKernel : struct, IKernel
    {
        if (groups == 0)
        {
            return;
        }

        var launch = new Recorded<TKernel>(this, kernel, new KernelConfig(checked((int)groups), groupSize));
        if (Capture.IsRecording)
        {
            Capture.Record(launch.Run);
        }

        launch.Run();
    }

    /// <summary>
    /// Recorded tasks in fewer launches: small kernels of one group that follow one another become one. A launch costs a device more than
    /// the work of so few threads, as there is for the numbers of a batch from which a loss is made.
    /// </summary>
    internal static Action[] Fuse(Action[] tasks)
    {
        var fused = new List<Action>();
        Recorded? last = null;
        foreach (var task in tasks)
        {
            var next = task.Target as Recorded;
            if (next is not null && last?.Then(next) is { } both)
            {
                (last, fused[^1]) = (both, both.Run);
            }
            else
            {
                last = next;
                fused.Add(task);
            }
        }

        fused.ForEach(task => (task.Target as Recorded)?.Compile());
        return [.. fused];
    }

    /// <summary>Names of the kernels that a piece of work launches.</summary>
    internal IReadOnlyList<string> Trace(Action work)
    {
        var names = trace = [];
        work();
        trace = null;
        return names;
    }

    /// <summary>A kernel's name with those of its parts: TiledProduct(Tile8x4, …).</summary>
    internal static string NameOf(Type kernel) =>
        kernel.IsGenericType ? $"{kernel.Name.Split('`')[0]}({string.Join(", ", Parts(kernel).Select(NameOf))})" : kernel.Name;

    /// <summary>A kernel's parts; of launches in one, all of them in order.</summary>
    private static IEnumerable<Type> Parts(Type kernel) =>
        kernel.GetGenericArguments() is [var first, var second] && kernel.Name == typeof(FusedLaunch<,>).Name && first.Name == kernel.Name
            ? Parts(first).Append(second) : kernel.GetGenericArguments();

    /// <summary>What launches a kernel, compiled for the device.</summary>
    protected virtual Action<AcceleratorStream, KernelConfig, TKernel> Compiled<TKernel>(int groupSize) where TKernel : struct, IKernel =>
        (Action<AcceleratorStream, KernelConfig, TKernel>)compiled.GetOrAdd(
            typeof(TKernel), static (_, x) =>
            x.accelerator.LoadKernel<TKernel>(
            KernelEntry.Run, x.accelerator.AcceleratorType == AcceleratorType.Cuda ? Limits<TKernel>(x.groupSize)
            : KernelSpecialization.Empty), (accelerator, groupSize));

    /// <summary>What CUDA's assembler is told of a launch.</summary>
    internal static KernelSpecialization Limits<TKernel>(int groupSize) where TKernel : struct, IKernel => new(groupSize, TKernel.Resident);

    /// <summary>A launch, to be done again.</summary>
    private abstract class Recorded
    {
        internal abstract void Run();

        /// <summary>Compiles it for the device.</summary>
        internal abstract void Compile();

        /// <summary>This and the next in one launch, or null where that cannot be.</summary>
        internal abstract Recorded? Then(Recorded next);

        /// <summary>The other half of <see cref="Then"/>, where both kernels are known.</summary>
        internal abstract Recorded? After<TFirst>(Recorded<TFirst> first) where TFirst : struct, IKernel;
    }

    private sealed class Recorded<TKernel>(Launcher launcher, TKernel kernel, KernelConfig config) : Recorded
        where TKernel : struct, IKernel
    {
        private readonly TKernel kernel = kernel;

        private bool IsSmall => kernel is ISmallKernel && config.GridDim.X == 1 && config.GroupDim.X == GpuBackend.GroupSize;

        internal override void Run() => Do(launches: true);

        internal override void Compile() => Do(launches: false);

        private void Do(bool launches)
        {
            // Neither an accelerator nor a kernel's arguments may be set by two threads at once.
            lock (launcher.gate)
            {
                try
                {
                    var launch = launcher.Compiled<TKernel>(config.GroupDim.X);
                    if (launches)
                    {
                        launcher.trace?.Add(NameOf(typeof(TKernel)));
                        launch(launcher.stream, config, kernel);
                    }
                }
                catch (AcceleratorException e)
                {
                    throw GpuBackend.Lost(launcher.stream.Accelerator, e);
                }
            }
        }

        internal override Recorded? Then(Recorded next) => IsSmall ? next.After(this) : null;

        internal override Recorded? After<TFirst>(Recorded<TFirst> first) =>
            IsSmall && Unsafe.SizeOf<FusedLaunch<TFirst, TKernel>>() <= launcher.mostOperands
                ? new Recorded<FusedLaunch<TFirst, TKernel>>(launcher, new(first.kernel, kernel), config) : null;
    }
}
