using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using LisNative.Formulas;
using LisNative.Lanes;
using LisNative.Memory;
using LisNative.Random;

namespace LisNative.Cpu;

/// <summary>Chooses the widest registers that this processor has.</summary>
internal static class CpuBackend
{
    /// <summary>Numbers that stay in a core's cache while they are worked on several times.</summary>
    internal const int Strip = 1 << 16;

    static CpuBackend()
    {
        if (!Vector256.IsHardwareAccelerated && HasAvx2())
        {
            Console.Error.WriteLine(
                "LisNative: this program was compiled without AVX2, which this processor has, and is many times slower for it; publish it "
                + "with <IlcInstructionSet>x86-64-v3</IlcInstructionSet>");
        }
    }

    internal static IBackend Create(int? threads, bool winograd) =>
        Vector512.IsHardwareAccelerated ? new CpuBackend<Lane512>(threads, winograd)
        : Vector256.IsHardwareAccelerated ? new CpuBackend<Lane256>(threads, winograd)
        : Vector128.IsHardwareAccelerated ? new CpuBackend<Lane128>(threads, winograd)
        : new CpuBackend<ScalarLane>(threads, winograd);

    /// <summary>What the processor says, not what this program was compiled for: leaf 7 of CPUID, bit 5 of EBX.</summary>
    private static bool HasAvx2() => X86Base.IsSupported && X86Base.CpuId(0, 0).Eax >= 7 && (X86Base.CpuId(7, 0).Ebx & (1 << 5)) != 0;
}

/// <summary>All cores, through registers of one width. .NET emulates widths that the processor lacks, so tests reach every one.</summary>
/// <typeparam name="TLane">The register.</typeparam>
/// <param name="threads">How many threads; null for <see cref="Workers.DefaultThreads"/>.</param>
/// <param name="winograd">Whether convolutions use their Winograd form where it pays; false for the direct algorithm everywhere.</param>
internal sealed unsafe partial class CpuBackend<TLane>(int? threads = null, bool winograd = true)
    : IBackend, ICaptureBackend, IChannelKernels, IDifferenceKernel, IGatherKernel, IGroupKernels, IIndexKernels, IPoolKernels, IRowKernels,
      IStreamKernel, IDisposable
    where TLane : unmanaged, IVectorLane<TLane>
{
    private readonly Workers workers = new(threads ?? Workers.DefaultThreads);

    public BackendInfo Info { get; } = new()
    { Description = $"{TLane.Width} lanes, {threads ?? Workers.DefaultThreads} threads", UsesHostMemory = true };

    public IReplay CreateReplay(Action[] tasks) => new TaskReplay(tasks);

    public nint Allocate(long bytes) => (nint)HostMemory.Allocate(bytes);

    public void Free(nint address) => HostMemory.Free((void*)address);

    public void Dispose() => workers.Dispose();

    public void Write<T>(Tensor y, ReadOnlySpan<T> values) where T : unmanaged
    {
        var target = new Span<float>(Data(y), y.Count);
        if (typeof(T) == typeof(float))
        {
            MemoryMarshal.Cast<T, float>(values).CopyTo(target);
        }
        else
        {
            var doubles = MemoryMarshal.Cast<T, double>(values);
            for (int i = 0; i < target.Length; i++)
            {
                target[i] = (float)doubles[i];
            }
        }
    }

    public void Read<T>(Tensor x, Span<T> values) where T : unmanaged
    {
        var source = new ReadOnlySpan<float>(Data(x), x.Count);
        if (typeof(T) == typeof(float))
        {
            source.CopyTo(MemoryMarshal.Cast<T, float>(values));
        }
        else
        {
            var doubles = MemoryMarshal.Cast<T, double>(values);
            for (int i = 0; i < source.Length; i++)
            {
                doubles[i] = source[i];
            }
        }
    }

    public void Fill(Tensor y, double value) => Elementwise.Run(workers, new Elementwise.FillRow((float)value), y);

    public void Copy(Tensor x, Tensor y)
    {
        if (Transposition.TryCreate(x, y) is { } transposition)
        {
            workers.Run(transposition.Parts, transposition);
        }
        else
        {
            Elementwise.Run(workers, default(Elementwise.CopyRow), y, x);
        }
    }

    public void Unary<TOp>(TOp op, Tensor x, Tensor y) where TOp : unmanaged, IUnary
    {
        using var x1 = InOrderOf(y, x);
        Elementwise.Run(workers, new Elementwise.UnaryRow<TLane, TOp>(op), y, x1);
    }

    public void Binary<TOp>(TOp op, Tensor a, Tensor b, Tensor y) where TOp : unmanaged, IBinary
    {
        using Tensor a1 = InOrderOf(y, a), b1 = InOrderOf(y, b);
        Elementwise.Run(workers, new Elementwise.BinaryRow<TLane, TOp>(op), y, a1, b1);
    }

    public void DrawNext<TOp>(TOp op, Philox random, Tensor position, int taken, Tensor y) where TOp : unmanaged, IUnary
    {
        var numbers = new NextNumbers<TLane, TOp>(op, random, (ulong*)Data(position), Data(y), y.Count);
        workers.Run(numbers.Parts, numbers);
        workers.Run(1, new NextNumbers<TLane, TOp>.Advance((ulong*)Data(position), taken));
    }

    /// <remarks>Sample by sample where each is reduced as one part; the bits are those of two passes.</remarks>
    public bool TryDifference(Tensor a, Tensor b, Tensor d, Tensor y)
    {
        if (ReductionPlan.TryCreate(d, y.Shape) is not { Inner: 1, Pieces: 1 } plan)
        {
            return false;
        }

        using Tensor a1 = InOrderOf(d, a), b1 = InOrderOf(d, b);
        if (Elementwise.Samples(new Elementwise.BinaryRow<TLane, Subtract>(default), plan.Outer, d, a1, b1) is not { } differences)
        {
            return false;
        }

        workers.Run(plan.Outer, differences, new Reductions<TLane, SumOfSquares>(default, Data(d), Data(y), plan));
        return true;
    }

    public void Update<TOp>(TOp op, ReadOnlySpan<Tensor> p, ReadOnlySpan<Tensor> g, ReadOnlySpan<Tensor> m, ReadOnlySpan<Tensor> v)
        where TOp : unmanaged, IUpdate
    {
        var table = stackalloc Updated[p.Length];
        int parts = 0;
        for (int i = 0; i < p.Length; i++)
        {
            table[i] = new(parts, p[i].Count, Data(p[i]), Data(g[i]), Data(m[i]), Data(v[i]));
            parts += table[i].Parts;
        }

        workers.Run(parts, new Updates<TLane, TOp>(op, table, p.Length));
    }

    public void Reduce<TOp>(TOp op, Tensor x, Tensor y) where TOp : unmanaged, IReduction
    {
        if (SegmentedRows.TryCreate(x, y.Shape) is not { } rows)
        {
            ReductionPlan.Reduce(x, y, (from, to, plan) => Reduce(op, from, to, plan));
            return;
        }

        using var partial = rows.Plan.Pieces == 1 ? y.Alias() : x.Device.Empty([rows.Rows * rows.Plan.Pieces]);
        workers.Run(rows.Rows * rows.Plan.Pieces, new SegmentedReduction<TLane, TOp>(op, Data(x), Data(partial), rows));
        if (rows.Plan.Pieces > 1)
        {
            var job = new Reductions<TLane, TOp>(op, Data(x), Data(partial), rows.Plan);
            workers.Run(1, new Reductions<TLane, TOp>.Joining(job, Data(partial), Data(y)));
        }
    }

    private void Reduce<TOp>(TOp op, Tensor x, Tensor y, ReductionPlan plan) where TOp : unmanaged, IReduction
    {
        if (plan.Pieces == 1)
        {
            workers.Run(plan.Parts, new Reductions<TLane, TOp>(op, Data(x), Data(y), plan, plan.Rows));
            return;
        }

        using var partial = x.Device.Empty([plan.Outer * plan.Pieces * plan.Inner]);
        var job = new Reductions<TLane, TOp>(op, Data(x), Data(partial), plan);
        workers.Run(plan.Parts, job);
        workers.Run(1, new Reductions<TLane, TOp>.Joining(job, Data(partial), Data(y)));
    }

    /// <summary>x itself, or a copy in y's memory order if each is contiguous along another axis.</summary>
    private static Tensor InOrderOf(Tensor y, Tensor x) => Transposition.TryCreate(x, y) is null ? x.Alias() : x.LaidOutAs(y);

    private static float* Data(Tensor x) => (float*)x.Address + x.Offset;
}
