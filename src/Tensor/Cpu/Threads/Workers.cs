using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LisNative.Cpu;

/// <summary>
/// One persistent team of threads. The caller works too. Each has its share of the parts, the same of every operation, so that what it
/// wrote in one it finds in its cache in the next; who has none left takes those of the others (affinity scheduling, Markatos and LeBlanc
/// 1994). A caller who finds the team busy (another thread's operation, or a nested one) runs its parts alone, so nothing ever waits for a
/// free team.
/// </summary>
internal sealed unsafe class Workers : IDisposable
{
    /// <summary>How long an idle worker polls before it sleeps; the gap between two operations of a training step is shorter.</summary>
    private const int Spins = 2000;

    /// <summary>The same where there are more threads than processors, whose polling takes time from those that work.</summary>
    private const int SpinsOfMany = 200;

    private const int PartBits = 20;
    private const long PartMask = (1 << PartBits) - 1;

    /// <summary>
    /// Two cache lines, since neighbours are fetched in pairs: what one thread writes and another polls shares its line with nothing else.
    /// </summary>
    private const int Apart = 128;

    private readonly SemaphoreSlim wake = new(0);
    private readonly int helpers, spins;
    private readonly Share[] shares;
    private int busy;
    private int sleeping;
    private volatile bool stopped;
    private long generation;
    private Counter done;

    internal Workers(int threads)
    {
        helpers = threads - 1;
        spins = threads > Environment.ProcessorCount ? SpinsOfMany : Spins;
        shares = new Share[threads + 1];
        for (int i = 1; i <= helpers; i++)
        {
            int self = i;
            new Thread(() => Work(self)) { IsBackground = true, Name = $"lisnative-{i}" }.Start();
        }
    }

    /// <summary>The caller and its helpers.</summary>
    internal int Threads => helpers + 1;

    /// <summary>Every core, or as many as LISNATIVE_THREADS says.</summary>
    internal static int DefaultThreads =>
        int.TryParse(Environment.GetEnvironmentVariable("LISNATIVE_THREADS"), out int n) && n > 0 ? n : Environment.ProcessorCount;

    internal void Run<T>(int parts, T work) where T : unmanaged, ITask
    {
        if (Capture.IsRecording)
        {
            Capture.Record(new Recorded(this, parts, new(&work, sizeof(T)), &Invoke<T>).Run);
            if (Capture.IsCollecting)
            {
                return;
            }
        }

        Run(parts, &work, &Invoke<T>);
    }

    /// <summary>Two tasks part by part: what the first has written is still in the cache when the second reads it.</summary>
    internal void Run<TFirst, TSecond>(int parts, TFirst first, TSecond second) where TFirst : unmanaged, ITask
        where TSecond : unmanaged, ITask =>
        Run(parts, new InTurn<TFirst, TSecond>(first, second));

    private void Run(int parts, void* work, delegate*<void*, int, void> run)
    {
        if (parts <= 1 || parts > PartMask || helpers == 0 || Interlocked.Exchange(ref busy, 1) == 1)
        {
            for (int part = 0; part < parts; part++)
            {
                run(work, part);
            }

            return;
        }

        done.Value = 0;
        generation++;
        for (int i = 0; i <= helpers; i++)
        {
            long first = (long)parts * i / Threads, end = (long)parts * (i + 1) / Threads;
            ref var share = ref ShareOf(i);
            share.Task = work;
            share.Invoke = run;
            Volatile.Write(ref share.State, (generation << (2 * PartBits)) | (end << PartBits) | first);
        }

        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref sleeping) is > 0 and var asleep)
        {
            wake.Release(asleep);
        }

        Claim(0);
        var spin = default(SpinWait);
        while (Volatile.Read(ref done.Value) != parts)
        {
            spin.SpinOnce(-1);
        }

        Volatile.Write(ref busy, 0);
    }

    private readonly struct InTurn<TFirst, TSecond>(TFirst first, TSecond second) : ITask where TFirst : unmanaged, ITask
        where TSecond : unmanaged, ITask
    {
        public void Execute(int part)
        {
            first.Execute(part);
            second.Execute(part);
        }
    }

    /// <summary>The work is bytes and a function, so that one class serves every kind of it.</summary>
    private sealed class Recorded
    {
        private readonly Workers workers;
        private readonly int parts;
        private readonly byte[] work;
        private readonly delegate*<void*, int, void> invoke;

        internal Recorded(Workers workers, int parts, ReadOnlySpan<byte> work, delegate*<void*, int, void> invoke)
        {
            (this.workers, this.parts, this.work) = (workers, parts, GC.AllocateUninitializedArray<byte>(work.Length, pinned: true));
            this.invoke = invoke;
            work.CopyTo(this.work);
        }

        internal void Run() => workers.Run(parts, Unsafe.AsPointer(ref work[0]), invoke);
    }

    /// <summary>Ends the threads; parts are run by the caller from then on.</summary>
    public void Dispose()
    {
        stopped = true;
        Interlocked.Exchange(ref busy, 1);
        for (int i = 1; i <= helpers; i++)
        {
            Interlocked.Add(ref ShareOf(i).State, 1L << (2 * PartBits));
        }

        wake.Release(helpers + 1);
    }

    private static void Invoke<T>(void* work, int part) where T : unmanaged, ITask => Unsafe.AsRef<T>(work).Execute(part);

    private ref Share ShareOf(int thread) => ref shares[thread + 1];

    /// <summary>Runs parts until none is left, a thread's own first; returns what its own share was then.</summary>
    private long Claim(int self)
    {
        long own = RunShare(self);
        for (int i = 1; i <= helpers; i++)
        {
            RunShare((self + i) % Threads);
        }

        return own;
    }

    private long RunShare(int of)
    {
        ref var share = ref ShareOf(of);
        while (true)
        {
            long seen = Volatile.Read(ref share.State);
            if ((seen & PartMask) >= ((seen >> PartBits) & PartMask))
            {
                return seen;
            }

            if (Interlocked.CompareExchange(ref share.State, seen + 1, seen) == seen)
            {
                share.Invoke(share.Task, (int)(seen & PartMask));
                Interlocked.Increment(ref done.Value);
            }
        }
    }

    private void Work(int self)
    {
        while (!stopped)
        {
            Await(self, Claim(self));
        }
    }

    private void Await(int self, long seen)
    {
        for (int i = 0; i < spins; i++)
        {
            if (Volatile.Read(ref ShareOf(self).State) != seen)
            {
                return;
            }

            Thread.SpinWait(8);
        }

        Interlocked.Increment(ref sleeping);
        while (Volatile.Read(ref ShareOf(self).State) == seen)
        {
            wake.Wait();
        }

        Interlocked.Decrement(ref sleeping);
    }

    /// <summary>
    /// A thread's parts of one operation. Generation, end and next part are one word: a claim is one compare-and-swap, and whoever claims a
    /// part of a generation holds that generation's caller until it is done, so that task and function are those of the claim.
    /// </summary>
    [StructLayout(LayoutKind.Sequential, Size = Apart)]
    private struct Share
    {
        internal long State;
        internal void* Task;
        internal delegate*<void*, int, void> Invoke;
    }

    /// <summary>A number with room around it.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 2 * Apart)]
    private struct Counter
    {
        [FieldOffset(Apart)]
        internal int Value;
    }
}
