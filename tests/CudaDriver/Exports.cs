using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace LisNative.CudaDriver;

/// <summary>
/// The part of the CUDA driver's interface that the product calls (CUDA Driver API). Every function returns a CUresult; an error of the
/// device is told again by every later call.
/// </summary>
internal static unsafe class Exports
{
    private static readonly Lock Gate = new();
    private static readonly List<Stream> Streams = [new()];
    private static readonly Dictionary<nint, long> PageLocked = [];
    private static int lost;

    [UnmanagedCallersOnly(EntryPoint = "cuInit")]
    private static int Init(int flags) => flags;

    [UnmanagedCallersOnly(EntryPoint = "cuDriverGetVersion")]
    private static int DriverGetVersion(int* version) => Call(() => *version = Settings.Version);

    [UnmanagedCallersOnly(EntryPoint = "cuGetErrorString")]
    private static int GetErrorString(int status, nint* text)
    {
        *text = Marshal.StringToHGlobalAnsi($"CUDA error {status}");
        return 0;
    }

    [UnmanagedCallersOnly(EntryPoint = "cuDeviceGetCount")]
    private static int DeviceGetCount(int* count) => Call(() => *count = 1);

    [UnmanagedCallersOnly(EntryPoint = "cuDeviceGet")]
    private static int DeviceGet(int* device, int ordinal) => Call(() => *device = ordinal);

    [UnmanagedCallersOnly(EntryPoint = "cuDeviceGetName")]
    private static int DeviceGetName(byte* name, int length, int device) =>
        Call(() => new Span<byte>(name, length)[Encoding.ASCII.GetBytes("Emulated GPU", new Span<byte>(name, length))] = 0);

    [UnmanagedCallersOnly(EntryPoint = "cuDeviceTotalMem_v2")]
    private static int DeviceTotalMem(long* bytes, int device) => Call(() => *bytes = Settings.Memory);

    [UnmanagedCallersOnly(EntryPoint = "cuDeviceGetAttribute")]
    private static int DeviceGetAttribute(int* value, int attribute, int device) => Call(() => *value = attribute switch
    {
        // CUdevice_attribute: threads of a group and along its axes, groups, shared memory of a group and of a multiprocessor, lanes of a
        // warp, registers of a group and of a multiprocessor, multiprocessors, threads of one; page-locked host memory can be used under
        // its own addresses; compute capability.
        1 or 2 or 3 => 1024,
        4 => 64,
        5 => int.MaxValue,
        6 or 7 => 65535,
        8 => 48 << 10,
        81 => 228 << 10,
        10 => Warp.Lanes,
        12 or 82 => 65536,
        16 => 2,
        39 => 2048,
        19 or 91 => 1,
        75 => Settings.Architecture / 10,
        76 => Settings.Architecture % 10,
        _ => 0,
    });

    [UnmanagedCallersOnly(EntryPoint = "cuCtxCreate_v2")]
    private static int CtxCreate(nint* context, int flags, int device) => Call(() => *context = 1);

    [UnmanagedCallersOnly(EntryPoint = "cuCtxDestroy_v2")]
    private static int CtxDestroy(nint context) => Call(() => { });

    [UnmanagedCallersOnly(EntryPoint = "cuCtxSetCurrent")]
    private static int CtxSetCurrent(nint context) => Call(() => { });

    [UnmanagedCallersOnly(EntryPoint = "cuCtxSynchronize")]
    private static int CtxSynchronize() => Call(SynchronizeAll);

    [UnmanagedCallersOnly(EntryPoint = "cuCtxGetCacheConfig")]
    private static int CtxGetCacheConfig(int* value) => Call(() => *value = 0);

    [UnmanagedCallersOnly(EntryPoint = "cuCtxGetSharedMemConfig")]
    private static int CtxGetSharedMemConfig(int* value) => Call(() => *value = 0);

    [UnmanagedCallersOnly(EntryPoint = "cuMemAlloc_v2")]
    private static int MemAlloc(ulong* address, long bytes) => Call(() => *address = DeviceMemory.Allocate(bytes));

    [UnmanagedCallersOnly(EntryPoint = "cuMemFree_v2")]
    private static int MemFree(ulong address) => Call(() =>
    {
        SynchronizeAll();
        DeviceMemory.Free(address);
    });

    [UnmanagedCallersOnly(EntryPoint = "cuMemHostRegister_v2")]
    private static int MemHostRegister(nint address, long bytes, int flags) => Call(() => PageLocked.Add(address, bytes));

    [UnmanagedCallersOnly(EntryPoint = "cuMemHostUnregister")]
    private static int MemHostUnregister(nint address) => Call(() =>
    {
        SynchronizeAll();
        PageLocked.Remove(address);
    });

    /// <summary>
    /// From pageable memory the driver has copied before it returns, to pageable memory it returns when all is there; page-locked memory is
    /// used later.
    /// </summary>
    [UnmanagedCallersOnly(EntryPoint = "cuMemcpyAsync")]
    private static int MemcpyAsync(ulong destination, ulong source, long bytes, nint stream) => Call(() =>
    {
        var target = Of<Stream>(stream);
        bool fromPageable = IsPageable(source, bytes), toPageable = IsPageable(destination, bytes);
        if ((fromPageable || toPageable) && target.IsCapturing)
        {
            throw new CudaException(CudaException.CaptureUnsupported, "a copy from or to pageable memory cannot be captured");
        }

        if (fromPageable)
        {
            byte[] values = new Span<byte>((void*)source, (int)bytes).ToArray();
            target.Enqueue(() => values.CopyTo(Bytes(destination, bytes)));
        }
        else
        {
            target.Enqueue(() => Bytes(source, bytes).CopyTo(Bytes(destination, bytes)));
        }

        if (toPageable)
        {
            target.Synchronize();
        }
    });

    [UnmanagedCallersOnly(EntryPoint = "cuStreamCreate")]
    private static int StreamCreate(nint* stream, int flags) => Call(() =>
    {
        Streams.Add(new());
        *stream = Handle(Streams[^1]);
    });

    [UnmanagedCallersOnly(EntryPoint = "cuStreamDestroy_v2")]
    private static int StreamDestroy(nint stream) => Call(() =>
    {
        Of<Stream>(stream).Synchronize();
        Streams.Remove(Of<Stream>(stream));
        Drop(stream);
    });

    [UnmanagedCallersOnly(EntryPoint = "cuStreamSynchronize")]
    private static int StreamSynchronize(nint stream) => Call(() => Of<Stream>(stream).Synchronize());

    [UnmanagedCallersOnly(EntryPoint = "cuStreamBeginCapture_v2")]
    private static int StreamBeginCapture(nint stream, int mode) => Call(() => Of<Stream>(stream).BeginCapture());

    [UnmanagedCallersOnly(EntryPoint = "cuStreamEndCapture")]
    private static int StreamEndCapture(nint stream, nint* graph) => Call(() => *graph = Handle(Of<Stream>(stream).EndCapture()));

    [UnmanagedCallersOnly(EntryPoint = "cuGraphInstantiateWithFlags")]
    private static int GraphInstantiate(nint* executable, nint graph, ulong flags) =>
        Call(() => *executable = Handle(Of<Action[]>(graph).ToArray()));

    [UnmanagedCallersOnly(EntryPoint = "cuGraphLaunch")]
    private static int GraphLaunch(nint executable, nint stream) =>
        Call(() => Array.ForEach(Of<Action[]>(executable), Of<Stream>(stream).Enqueue));

    [UnmanagedCallersOnly(EntryPoint = "cuGraphDestroy")]
    private static int GraphDestroy(nint graph) => Call(() => Drop(graph));

    [UnmanagedCallersOnly(EntryPoint = "cuGraphExecDestroy")]
    private static int GraphExecDestroy(nint executable) => Call(() => Drop(executable));

    [UnmanagedCallersOnly(EntryPoint = "cuModuleLoadDataEx")]
    private static int ModuleLoadData(nint* module, byte* text, int options, int* keys, void** values) =>
        Call(() => *module = Handle(Parser.Parse(Marshal.PtrToStringUTF8((nint)text)!)));

    [UnmanagedCallersOnly(EntryPoint = "cuModuleUnload")]
    private static int ModuleUnload(nint module) => Call(() => Drop(module));

    [UnmanagedCallersOnly(EntryPoint = "cuModuleGetFunction")]
    private static int ModuleGetFunction(nint* function, nint module, byte* name) => Call(() =>
        *function = Handle(Of<Dictionary<string, Kernel>>(module).GetValueOrDefault(Marshal.PtrToStringUTF8((nint)name)!)
            ?? throw new CudaException(CudaException.NotFound, "no such kernel")));

    /// <summary>
    /// Parameters come as one block: CU_LAUNCH_PARAM_BUFFER_POINTER, it, CU_LAUNCH_PARAM_BUFFER_SIZE, its size, CU_LAUNCH_PARAM_END.
    /// </summary>
    [UnmanagedCallersOnly(EntryPoint = "cuLaunchKernel")]
    private static int LaunchKernel(
        nint function, int groups, int groupsY, int groupsZ, int threads, int threadsY, int threadsZ, int sharedBytes, nint stream,
        void** parameters, void** extra) => Call(() =>
    {
        var kernel = Of<Kernel>(function);
        if (groups < 1 || threads < 1 || threads > kernel.Threads || groupsY * groupsZ * threadsY * threadsZ != 1 || sharedBytes != 0
            || parameters != null || extra[0] != (void*)1 || extra[2] != (void*)2 || *(long*)extra[3] < kernel.ParameterBytes)
        {
            throw new CudaException(CudaException.InvalidValue,
                $"{kernel.Name}: {groups} groups of {threads} threads (at most {kernel.Threads}), parameters of {kernel.ParameterBytes} "
                + "bytes");
        }

        Of<Stream>(stream).Enqueue(new Launch(kernel, groups, threads, new Span<byte>(extra[1], kernel.ParameterBytes).ToArray()).Run);
    });

    private static void SynchronizeAll() => Streams.ForEach(s => s.Synchronize());

    private static bool IsPageable(ulong address, long bytes) =>
        !DeviceMemory.IsDevice(address)
        && !PageLocked.Any(p => (ulong)p.Key <= address && address + (ulong)bytes <= (ulong)(p.Key + p.Value));

    private static Span<byte> Bytes(ulong address, long bytes)
    {
        DeviceMemory.Allocation? last = null;
        return new(DeviceMemory.IsDevice(address) ? DeviceMemory.Find(address, bytes, ref last) : (byte*)address, (int)bytes);
    }

    private static nint Handle(object thing) => (nint)GCHandle.Alloc(thing);

    private static void Drop(nint handle) => ((GCHandle)handle).Free();

    /// <summary>What a handle stands for; 0 is the default stream.</summary>
    private static T Of<T>(nint handle) where T : class =>
        (handle == 0 ? (object)Streams[0] : ((GCHandle)handle).Target) as T
        ?? throw new CudaException(CudaException.InvalidHandle, $"{handle:x} is no {typeof(T).Name}");

    private static int Call(Action work, [CallerMemberName] string name = "")
    {
        lock (Gate)
        {
            if (Settings.Traces)
            {
                Console.Error.WriteLine(name);
            }

            try
            {
                if (lost == 0)
                {
                    work();
                }

                return lost;
            }
            catch (CudaException e)
            {
                Console.Error.WriteLine($"emulated CUDA driver: {e.Message}");
                lost = e.Status >= CudaException.IllegalAddress && e.Status != CudaException.CaptureUnsupported ? e.Status : 0;
                return e.Status;
            }
        }
    }
}
