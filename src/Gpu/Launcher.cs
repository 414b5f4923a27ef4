using System.Collections.Concurrent;
using ILGPU;
using ILGPU.Runtime;

namespace LisNative.Gpu;

/// <summary>Compiles each kernel once and launches it on one stream; what is launched while recording is recorded.</summary>
internal class Launcher(Accelerator accelerator, AcceleratorStream stream)
{
    private readonly AcceleratorStream stream = stream;
    private readonly ConcurrentDictionary<Type, Delegate> compiled = new();
    private readonly Lock gate = new();
    private List<string>? trace;

    /// <summary>Threads in all, in groups of <see cref="GpuBackend.GroupSize"/> unless said otherwise.</summary>
    internal virtual void Launch<TKernel>(TKernel kernel, long groups, int groupSize = GpuBackend.GroupSize) where TKernel : struct, IKernel
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

    /// <summary>Names of the kernels that a piece of work launches.</summary>
    internal IReadOnlyList<string> Trace(Action work)
    {
        var names = trace = [];
        work();
        trace = null;
        return names;
    }

    /// <summary>A kernel's name with those of its parts: TiledProduct(Tile8x4, …).</summary>
    internal static string NameOf(Type kernel) => kernel.IsGenericType ? $"{kernel.Name.Split('`')[0]}({string.Join(", ", kernel.GetGenericArguments().Select(NameOf))})" : kernel.Name;

    private Action<AcceleratorStream, KernelConfig, TKernel> Compiled<TKernel>() where TKernel : struct, IKernel =>
        (Action<AcceleratorStream, KernelConfig, TKernel>)compiled.GetOrAdd(typeof(TKernel), static (_, a) => a.LoadKernel<TKernel>(KernelEntry.Run), accelerator);

    private sealed class Recorded<TKernel>(Launcher launcher, TKernel kernel, KernelConfig config) where TKernel : struct, IKernel
    {
        internal void Run()
        {
            // Neither an accelerator nor a kernel's arguments may be set by two threads at once.
            lock (launcher.gate)
            {
                launcher.trace?.Add(NameOf(typeof(TKernel)));
                try
                {
                    launcher.Compiled<TKernel>()(launcher.stream, config, kernel);
                }
                catch (AcceleratorException e)
                {
                    throw GpuBackend.Lost(launcher.stream.Accelerator, e);
                }
            }
        }
    }
}
