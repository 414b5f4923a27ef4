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

    private Action<AcceleratorStream, KernelConfig, TKernel> Compiled<TKernel>() where TKernel : struct, IKernel =>
        (Action<AcceleratorStream, KernelConfig, TKernel>)compiled.GetOrAdd(typeof(TKernel), static (_, a) => a.LoadKernel<TKernel>(KernelEntry.Run), accelerator);

    private sealed class Recorded<TKernel>(Launcher launcher, TKernel kernel, KernelConfig config) where TKernel : struct, IKernel
    {
        internal void Run()
        {
            // Neither an accelerator nor a kernel's arguments may be set by two threads at once.
            lock (launcher.gate)
            {
                launcher.Compiled<TKernel>()(launcher.stream, config, kernel);
            }
        }
    }
}
