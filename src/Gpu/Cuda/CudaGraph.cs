using System.Runtime.InteropServices;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace LisNative.Gpu.Cuda;

/// <summary>
/// Recorded launches as one CUDA graph: a training step costs the host one call. The graph is made at the first replay, by launching
/// everything once into a stream that captures; kernels are loaded by then, and nothing is allocated. The driver's graph interface is
/// called directly: ILGPU has none.
/// </summary>
internal sealed unsafe class CudaGraph : IReplay
{
    private const int RelaxedMode = 2;

    private readonly CudaAccelerator accelerator;
    private readonly nint stream;
    private readonly Action[] tasks;
    private nint executable;

    private CudaGraph(CudaAccelerator accelerator, CudaStream stream, Action[] tasks) =>
        (this.accelerator, this.stream, this.tasks) = (accelerator, stream.StreamPtr, tasks);

    /// <summary>A graph; or, with a driver that has no graphs (before CUDA 11.4), the launches one by one.</summary>
    internal static IReplay Create(CudaAccelerator accelerator, CudaStream stream, Action[] tasks) =>
        Driver.IsThere ? new CudaGraph(accelerator, stream, tasks) : new TaskReplay(tasks);

    public void Run()
    {
        try
        {
            using var binding = accelerator.BindScoped();
            if (executable == 0)
            {
                Capture();
            }

            Check(Driver.Launch(executable, stream), "cuGraphLaunch");
        }
        catch (AcceleratorException e)
        {
            throw GpuBackend.Lost(accelerator, e);
        }
    }

    public void Dispose()
    {
        try
        {
            using var binding = accelerator.BindScoped();
            if (executable != 0)
            {
                Driver.DestroyExecutable(executable);
                executable = 0;
            }
        }
        catch (AcceleratorException)
        {
            // It went with a device that was lost.
        }
    }

    private void Capture()
    {
        Check(Driver.Begin(stream, RelaxedMode), "cuStreamBeginCapture");
        nint graph = 0, made = 0;
        try
        {
            Array.ForEach(tasks, task => task());
        }
        finally
        {
            Check(Driver.End(stream, &graph), "cuStreamEndCapture");
        }

        Check(Driver.Instantiate(&made, graph, 0), "cuGraphInstantiateWithFlags");
        Check(Driver.Destroy(graph), "cuGraphDestroy");
        executable = made;
    }

    private static void Check(int status, string call)
    {
        if (status != 0)
        {
            throw new DeviceException($"{call} failed with CUDA error {status}; the step was not run");
        }
    }

    /// <summary>The driver's functions, by their exported names.</summary>
    private static class Driver
    {
        private static readonly nint Library = DriverLibraries.Cuda;

        internal static readonly delegate* unmanaged<nint, int, int> Begin =
            (delegate* unmanaged<nint, int, int>)Find("cuStreamBeginCapture_v2");
        internal static readonly delegate* unmanaged<nint, nint*, int> End =
            (delegate* unmanaged<nint, nint*, int>)Find("cuStreamEndCapture");
        internal static readonly delegate* unmanaged<nint*, nint, ulong, int> Instantiate =
            (delegate* unmanaged<nint*, nint, ulong, int>)Find("cuGraphInstantiateWithFlags");
        internal static readonly delegate* unmanaged<nint, nint, int> Launch = (delegate* unmanaged<nint, nint, int>)Find("cuGraphLaunch");
        internal static readonly delegate* unmanaged<nint, int> Destroy = (delegate* unmanaged<nint, int>)Find("cuGraphDestroy");
        internal static readonly delegate* unmanaged<nint, int> DestroyExecutable =
            (delegate* unmanaged<nint, int>)Find("cuGraphExecDestroy");

        internal static bool IsThere => Begin != null && Instantiate != null;

        private static nint Find(string name) => Library != 0 && NativeLibrary.TryGetExport(Library, name, out nint address) ? address : 0;
    }
}
