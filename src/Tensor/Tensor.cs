using System.Runtime.CompilerServices;
using LisNative.Memory;
using LisNative.Random;

namespace LisNative;

/// <summary>
/// An n-dimensional array: a shape, strides and an offset over pooled memory of one device. Views (slices, permutations,
/// broadcasts) share that memory. Single precision on every device but <see cref="Device.Reference"/>, which computes in double.
/// </summary>
/// <remarks>
/// Nothing has to be disposed. Disposing returns the memory at once; a <see cref="Scope"/> does it for everything made inside.
/// </remarks>
public sealed partial class Tensor : IDisposable
{
    private int[] strides;
    private Block? block;
    private bool wasReleased;

    internal Tensor(Device device, Shape shape, int[] strides)
        : this(device, Rent(device, (long)shape.Count * device.Kernels.ElementSize), shape, strides, 0)
    {
    }

    /// <summary>Takes over a reference to the block.</summary>
    private Tensor(Device device, Block block, Shape shape, int[] strides, int offset)
    {
        Device = device;
        this.block = block;
        this.strides = strides;
        Shape = shape;
        Offset = offset;
        Owner = Scope.Register(this);
    }

    /// <summary>Where it lives.</summary>
    public Device Device { get; private set; }

    /// <summary>Its sizes.</summary>
    public Shape Shape { get; }

    /// <summary>Number of elements.</summary>
    public int Count => Shape.Count;

    /// <summary>Distance in elements between neighbours along each axis; 0 where an axis is broadcast.</summary>
    public ReadOnlySpan<int> Strides => strides;

    /// <summary>Index of the first element in the memory.</summary>
    public int Offset { get; private set; }

    /// <summary>Whether the elements lie one after another, innermost axis fastest.</summary>
    public bool IsContiguous => Layout.IsContiguous(Shape, strides);

    /// <summary>Whether its elements lie one after another in some order of the axes: no gaps, no repeats.</summary>
    public bool IsDense => Layout.IsDense(Shape, strides);

    /// <summary>
    /// Whether each of its elements has a place of its own, with none between them, and no other tensor views its memory: what is done to
    /// that is done to this tensor alone.
    /// </summary>
    internal bool IsUniquelyOwned => IsDense && Block.IsUniquelyOwned;

    /// <summary>
    /// Whether operations will read it again and again between changes, as they do a layer's weight; a backend may then keep what it
    /// derives from it.
    /// </summary>
    internal bool ExpectsReuse
    {
        get => Prepared is not null;
        set => Prepared = value ? Prepared ?? new() : null;
    }

    internal Scope? Owner { get; set; }

    /// <summary>
    /// What a backend keeps for a tensor that <see cref="ExpectsReuse"/>, and for its transpose and shares; it dies with them.
    /// </summary>
    internal StrongBox<object?>? Prepared { get; private set; }

    /// <summary>Its memory.</summary>
    internal Block Block => Volatile.Read(ref block) ?? throw Disposed();

    /// <summary>A backend has written, or is about to write, its memory.</summary>
    internal void Changed()
    {
        var written = Block;
        written.Version++;
        Capture.Changed(written);
    }

    /// <summary>A reference to its memory, which stays until <see cref="Block.Release"/> whoever disposes the tensor meanwhile.</summary>
    /// <exception cref="ObjectDisposedException">The tensor was disposed.</exception>
    internal Block Hold()
    {
        var found = Block;
        if (found.TryAddReference())
        {
            // While the tensor still has the block, its own reference is one of those counted; else the block may have gone to somebody
            // else.
            if (Volatile.Read(ref block) == found)
            {
                return found;
            }

            found.Release();
        }

        throw Disposed();
    }

    /// <summary>Whether some of its memory may be another's: the places from the first to the last of each meet.</summary>
    internal bool Overlaps(Tensor other)
    {
        var (first, last) = Places();
        var (from, to) = other.Places();
        return Count > 0 && other.Count > 0 && Block == other.Block && first <= to && from <= last;
    }

    private (int First, int Last) Places()
    {
        var (first, last) = (Offset, Offset);
        for (int axis = 0; axis < strides.Length; axis++)
        {
            int reach = Math.Max(0, Shape[axis] - 1) * strides[axis];
            (first, last) = (first + Math.Min(0, reach), last + Math.Max(0, reach));
        }

        return (first, last);
    }

    /// <summary>Whether it lies in memory as another of its shape.</summary>
    internal bool LiesAs(Tensor other) => strides.AsSpan().SequenceEqual(other.strides);

    /// <summary>Where the memory block begins: an address on the CPU, the backend's handle elsewhere.</summary>
    /// <exception cref="ObjectDisposedException">The tensor was disposed.</exception>
    public nint Address => Block.Address;

    /// <summary>The value of a tensor of one element.</summary>
    /// <exception cref="InvalidOperationException">It has more or fewer.</exception>
    public double Item() => Count == 1 ? ToArray<double>()[0]
        : throw new InvalidOperationException($"Item: {Shape} has {Count} elements, not 1");

    /// <summary>The values (float or double), innermost axis fastest.</summary>
    public T[] ToArray<T>() where T : unmanaged
    {
        var result = new T[Count];
        Read(result.AsSpan());
        return result;
    }

    /// <summary>The values in single precision.</summary>
    public float[] ToArray() => ToArray<float>();

    /// <summary>Copies the values to the host without allocating an array.</summary>
    /// <exception cref="ArgumentException">The span is not as long as the tensor.</exception>
    public void Read<T>(Span<T> values) where T : unmanaged
    {
        if (values.Length != Count)
        {
            throw new ArgumentException($"Read: {values.Length} places for {Shape}, which has {Count} elements");
        }

        using var contiguous = IsContiguous ? null : Contiguous();
        Device.Kernels.Read(contiguous ?? this, values);
    }

    /// <summary>Overwrites the values of a contiguous tensor from the host.</summary>
    /// <exception cref="ArgumentException">The number of values differs, they are neither float nor double, or the tensor is not
    /// contiguous.</exception>
    public void Write<T>(ReadOnlySpan<T> values) where T : unmanaged => Device.Kernels.Write(this, values);

    /// <summary>
    /// Overwrites the values of a contiguous tensor with the numbers of a generator at positions first, first + 1, …, which the device
    /// makes itself if it can.
    /// </summary>
    /// <exception cref="ArgumentException">The tensor is not contiguous.</exception>
    public void Draw(Philox random, Distribution distribution, ulong first = 0) => Device.Kernels.Draw(random, distribution, first, this);

    /// <summary>Overwrites this tensor with x, which broadcasts to its shape; x may be a view of the same memory.</summary>
    /// <exception cref="ArgumentException">It does not, or is on another device; or this is a broadcast view itself.</exception>
    public void CopyFrom(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        using var own = x.Device == Device && x.Overlaps(this) ? x.Clone() : null;
        Device.Kernels.Copy(own ?? x, this);
    }

    /// <summary>A copy in memory of its own, in the layout of this tensor where that is dense.</summary>
    public Tensor Clone()
    {
        var result = EmptyLike(Shape);
        Device.Kernels.Copy(this, result);
        return result;
    }

    /// <summary>Zeros in this tensor's shape and memory order.</summary>
    internal Tensor ZerosLike()
    {
        var result = EmptyLike(Shape);
        Device.Kernels.Fill(result, 0);
        return result;
    }

    /// <summary>
    /// The same elements in the memory order of another tensor of this shape: another handle if they lie so already, else a copy.
    /// </summary>
    /// <exception cref="ArgumentException">The other has another shape.</exception>
    internal Tensor LaidOutAs(Tensor other)
    {
        if (other.Shape != Shape)
        {
            throw new ArgumentException($"LaidOutAs: {Shape} in the order of {other.Shape}: expected one shape");
        }

        if (LiesAs(other))
        {
            return Alias();
        }

        var result = other.EmptyLike(Shape);
        Device.Kernels.Copy(this, result);
        return result;
    }

    /// <summary>Has the memory of another tensor of its shape, which has its; while nobody else uses either.</summary>
    internal void Exchange(Tensor other)
    {
        (Device, other.Device, Offset, other.Offset) = (other.Device, Device, other.Offset, Offset);
        (strides, other.strides, block, other.block) = (other.strides, strides, other.block, block);
    }

    /// <summary>A copy on another device.</summary>
    public Tensor To(Device device) => Device.Kernels.ElementSize == 8
        ? device.From<double>(ToArray<double>(), Shape)
        : device.From<float>(ToArray<float>(), Shape);

    /// <summary>Returns the memory; further calls do nothing.</summary>
    public void Dispose() => Interlocked.Exchange(ref block, null)?.Release();

    /// <summary>Returns the memory, since a sweep has passed; later use says so.</summary>
    internal void Release()
    {
        wasReleased = true;
        Dispose();
    }

    private ObjectDisposedException Disposed() => new(nameof(Tensor), $"Tensor {Shape} on {Device} was disposed"
        + (wasReleased ? "; gradients that release what they have passed, as Minimise does, gave it back: read it before, or its Detach()"
            : Owner is { HasEnded: true } ? "; the scope in which it was made has ended, which Scope.Keep would have let it outlive" : ""));

    /// <summary>An uninitialised result in this tensor's memory order if the shapes agree and it is dense, else contiguous.</summary>
    internal Tensor EmptyLike(Shape shape) =>
        new(Device, shape, shape == Shape && IsDense ? strides : shape.ContiguousStrides());

    private Tensor View(Shape shape, int[] viewStrides, int offset) => new(Device, Hold(), shape, viewStrides, offset);

    /// <summary>Memory with a reference to it, from the recording under way or from the device.</summary>
    private static Block Rent(Device device, long bytes)
    {
        device.Enter();
        try
        {
            var block = (Capture.PoolOf(device) ?? device.Pool).Rent(bytes);
            block.AddReference();
            return block;
        }
        finally
        {
            device.Leave();
        }
    }
}
