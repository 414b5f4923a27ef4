using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using LisNative.Formulas;
using LisNative.Gpu.Cuda;
using LisNative.Gpu.Kernels;
using LisNative.Gpu.Product;
using LisNative.Random;

namespace LisNative.Gpu;

/// <summary>
/// Everything that a device must be able to do, as kernels on one ILGPU accelerator: CUDA, OpenCL, or ILGPU's simulator of a GPU on the
/// CPU.
/// </summary>
internal sealed partial class GpuBackend
    : IBackend, ICaptureBackend, IDrawKernel, IGatherKernel, IGroupKernels, IReduceEachKernel, IRowKernels, IStreamKernel,
      IDisposable
{
    /// <summary>Threads of a group, unless a kernel says otherwise.</summary>
    internal const int GroupSize = 256;

    private readonly Accelerator accelerator;
    private readonly AcceleratorStream stream;
    private readonly Launcher launcher;
    private readonly Staging staging;
    private readonly ProductVariant variant;

    /// <summary>Bytes allocated here, for recordings too, each of which has a pool and may be made on a thread of its own.</summary>
    private long taken;

    /// <summary>A backend that owns the accelerator.</summary>
    /// <param name="accelerator">What it runs on.</param>
    /// <param name="variant">How products and convolutions are computed.</param>
    /// <param name="launcher">What launches the kernels, given the accelerator and its stream; null for what really does.</param>
    internal GpuBackend(Accelerator accelerator, ProductVariant variant, Func<Accelerator, AcceleratorStream, Launcher>? launcher = null)
    {
        this.accelerator = accelerator;
        this.variant = variant;

        // The default stream is CUDA's null stream, which cannot be captured.
        stream = accelerator.CreateStream();
        staging = new(accelerator, stream);
        this.launcher = launcher?.Invoke(accelerator, stream) ?? new(accelerator, stream);
    }

    /// <summary>How a tiled product of so many layers, rows, columns and terms of the sum is cut. Tests have it cut otherwise.</summary>
    internal Func<int, int, int, int, GemmHeuristic> Cut { private get; set; } = GemmHeuristic.Choose;

    public BackendInfo Info => new()
    {
        Description =
            $"{accelerator.Name}, {accelerator.AcceleratorType}, {accelerator.NumMultiprocessors} multiprocessors, {variant} products",
        ProductRounding = variant == ProductVariant.TensorCore ? 1.0 / (1 << 11) : 0,
        SumsInOrder = SumsInOrder,
        WantsChannelsLast = true,
    };

    /// <summary>Whether it is the first rung, whose results have the bits of <see cref="Device.Naive"/>.</summary>
    internal bool SumsInOrder => variant == ProductVariant.Naive;

    public void Synchronize()
    {
        try
        {
            stream.Synchronize();
        }
        catch (AcceleratorException e)
        {
            throw Lost(accelerator, e);
        }
    }

    public IReplay CreateReplay(Action[] tasks)
    {
        var launches = Launcher.Fuse(tasks);
        return stream is CudaStream cuda ? CudaGraph.Create((CudaAccelerator)accelerator, cuda, launches) : new TaskReplay(launches);
    }

    /// <summary>The kernels that a piece of work launches, in order.</summary>
    public IReadOnlyList<string> Trace(Action work) => launcher.Trace(work);

    public nint Allocate(long bytes)
    {
        // OpenCL drivers promise memory that they do not have, and fail when it is used.
        if (bytes > accelerator.MemorySize - taken)
        {
            throw Refusal(bytes, null);
        }

        try
        {
            var buffer = accelerator.Allocate1D<float>((bytes + sizeof(float) - 1) / sizeof(float));
            Interlocked.Add(ref taken, buffer.LengthInBytes);
            return (nint)GCHandle.Alloc(buffer);
        }
        catch (AcceleratorException e)
        {
            throw Refusal(bytes, e);
        }
    }

    public void Free(nint address)
    {
        var handle = (GCHandle)address;
        var buffer = (MemoryBuffer)handle.Target!;
        Interlocked.Add(ref taken, -buffer.LengthInBytes);
        handle.Free();
        try
        {
            buffer.Dispose();
        }
        catch (AcceleratorException)
        {
            // Its memory went with a device that was lost; whoever used it says so.
        }
    }

    /// <summary>Ends the accelerator.</summary>
    public void Dispose()
    {
        staging.Dispose();
        stream.Dispose();
        accelerator.Dispose();
    }

    public void Write<T>(Tensor y, ReadOnlySpan<T> values) where T : unmanaged
    {
        try
        {
            staging.Write(Dense(y), typeof(T) == typeof(float) ? MemoryMarshal.Cast<T, float>(values)
                : Array.ConvertAll(MemoryMarshal.Cast<T, double>(values).ToArray(), v => (float)v));
        }
        catch (AcceleratorException e)
        {
            throw Lost(accelerator, e);
        }
    }

    public void Read<T>(Tensor x, Span<T> values) where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            try
            {
                Dense(x).CopyToCPU(stream, MemoryMarshal.Cast<T, float>(values));
                stream.Synchronize();
                return;
            }
            catch (AcceleratorException e)
            {
                throw Lost(accelerator, e);
            }
        }

        var floats = new float[values.Length];
        Read(x, floats.AsSpan());
        Array.ConvertAll(floats, v => (double)v).CopyTo(MemoryMarshal.Cast<T, double>(values));
    }

    public void Draw(Philox random, Distribution distribution, ulong first, Tensor y) =>
        Each(new RandomFill(random, (int)distribution, first, Dense(y)), y.Count);

    public void DrawNext<TOp>(TOp op, Philox random, Tensor position, int taken, Tensor y) where TOp : unmanaged, IUnary
    {
        var counter = Dense(position).Cast<ulong>();
        Each(new NextNumbers<TOp>(op, random, counter, Dense(y)), y.Count);
        Each(new Advance(counter, taken), 1);
    }

    public void Fill(Tensor y, double value) => Each(new Fill(View(y), Axes.Create(y), y.Count, (float)value), y.Count);

    public void Copy(Tensor x, Tensor y) => Unary(default(Identity), x, y);

    public void Unary<TOp>(TOp op, Tensor x, Tensor y) where TOp : unmanaged, IUnary
    {
        if (LieAlike(y, x))
        {
            Each(new DenseUnary<TOp>(op, Dense(x), Dense(y)), (y.Count + 3) / 4);
        }
        else
        {
            Each(new StridedUnary<TOp>(op, View(x), View(y), Axes.Create(y, x), y.Count), y.Count);
        }
    }

    public void Binary<TOp>(TOp op, Tensor a, Tensor b, Tensor y) where TOp : unmanaged, IBinary
    {
        if (LieAlike(y, a) && LieAlike(y, b))
        {
            Each(new DenseBinary<TOp>(op, Dense(a), Dense(b), Dense(y)), (y.Count + 3) / 4);
        }
        else
        {
            Each(new StridedBinary<TOp>(op, View(a), View(b), View(y), Axes.Create(y, a, b), y.Count), y.Count);
        }
    }

    public void Update<TOp>(TOp op, ReadOnlySpan<Tensor> p, ReadOnlySpan<Tensor> g, ReadOnlySpan<Tensor> m, ReadOnlySpan<Tensor> v)
        where TOp : unmanaged, IUpdate
    {
        if (p.IsEmpty)
        {
            return;
        }

        var all = new Update<TOp>[p.Length];
        for (int i = 0; i < all.Length; i++)
        {
            all[i] = new(Dense(p[i]), Dense(g[i]), Dense(m[i]), Dense(v[i]));
        }

        var nothing = Dense(p[0]).SubView(0, 0);
        LaunchMultiTensor<TOp, Update<TOp>>(op, all, new(nothing, nothing, nothing, nothing));
    }

    public bool TryGather(Tensor x, ReadOnlySpan<int> rows, Tensor y)
    {
        // A recording cannot hold the rows; others than these layouts are rare.
        if (Capture.IsRecording || !x.IsContiguous || !y.IsContiguous)
        {
            return false;
        }

        using var numbers = y.Device.Empty([rows.Length]);
        Write(numbers, MemoryMarshal.Cast<int, float>(rows));
        Each(new GatherRows(Dense(x), Dense(numbers).Cast<int>(), Dense(y), y.Count / rows.Length, y.Count), y.Count);
        return true;
    }

    /// <summary>What a driver refuses once it has accepted the device: after most of its errors it refuses everything.</summary>
    internal static DeviceException Lost(Accelerator accelerator, AcceleratorException cause) =>
        new($"{accelerator.Name} failed: {cause.Message}", cause);

    /// <summary>The whole memory block of a tensor; its elements begin at the offset.</summary>
    private static ArrayView<float> View(Tensor x) => ((MemoryBuffer1D<float, Stride1D.Dense>)((GCHandle)x.Address).Target!).View;

    /// <summary>The elements of a dense tensor, in memory order.</summary>
    private static ArrayView<float> Dense(Tensor x) => View(x).SubView(x.Offset, x.Count);

    /// <summary>
    /// Whether two tensors are dense in one order and begin on words of 16 bytes: then an element-wise kernel need not know their shape.
    /// </summary>
    private static bool LieAlike(Tensor y, Tensor x) =>
        ((x.Offset | y.Offset) & 3) == 0 && (x.LiesAs(y) ? y.IsDense : x.IsContiguous && y.IsContiguous);

    private DeviceException Refusal(long bytes, Exception? cause) =>
        new($"{accelerator.Name}: {bytes:N0} bytes wanted of {accelerator.MemorySize:N0} in all, of which {taken:N0} are taken "
            + $"here{(cause is null ? "" : $": {cause.Message}")}", cause);

    /// <summary>Sixteen parts a launch; places that are left over get one without groups.</summary>
    private void LaunchMultiTensor<TOp, TPart>(TOp op, ReadOnlySpan<TPart> parts, TPart none) where TOp : unmanaged
        where TPart : struct, IPart<TOp>, IParts<TPart>
    {
        var places = new TPart[MultiTensorApply<TOp, TPart>.Most];
        for (; !parts.IsEmpty; parts = parts[Math.Min(places.Length, parts.Length)..])
        {
            Array.Fill(places, none);
            parts[..Math.Min(places.Length, parts.Length)].CopyTo(places);
            var launch = new MultiTensorApply<TOp, TPart>(op, places);
            launcher.Launch(launch, launch.Groups);
        }
    }

    /// <summary>A thread for each of so many things.</summary>
    private void Each<TKernel>(TKernel kernel, long threads) where TKernel : struct, IKernel =>
        launcher.Launch(kernel, (threads + GroupSize - 1) / GroupSize);
}
