using LisNative.Memory;

namespace LisNative.Cpu;

/// <summary>Working memory of one thread, kept and grown, for images on their way through a kernel.</summary>
internal sealed unsafe class Scratch
{
    [ThreadStatic]
    private static Scratch? mine;

    private float* memory;
    private long capacity;

    ~Scratch() => HostMemory.Free(memory);

    /// <summary>At least <paramref name="count"/> floats of unspecified content, valid until this thread's next call.</summary>
    internal static float* Rent(long count)
    {
        var scratch = mine ??= new Scratch();
        if (scratch.capacity < count)
        {
            HostMemory.Free(scratch.memory);
            scratch.memory = (float*)HostMemory.Allocate(count * sizeof(float));
            scratch.capacity = count;
        }

        return scratch.memory;
    }
}
