using System.Runtime.InteropServices;

namespace LisNative.Cpu;

/// <summary>Working memory of one thread, kept and grown, for images on their way through a kernel.</summary>
internal sealed unsafe class Scratch
{
    [ThreadStatic]
    private static Scratch? mine;

    private float* memory;
    private long capacity;

    ~Scratch() => NativeMemory.AlignedFree(memory);

    /// <summary>At least <paramref name="count"/> floats of unspecified content, valid until this thread's next call.</summary>
    internal static float* Rent(long count)
    {
        var scratch = mine ??= new Scratch();
        if (scratch.capacity < count)
        {
            NativeMemory.AlignedFree(scratch.memory);
            scratch.memory = (float*)NativeMemory.AlignedAlloc((nuint)count * sizeof(float), 64);
            scratch.capacity = count;
        }

        return scratch.memory;
    }
}
