using System.Runtime.CompilerServices;

namespace LisNative.Cpu;

/// <summary>
/// One persistent team of threads. The caller works too; parts are claimed one by one. A caller who finds the team busy
/// (another thread's operation, or a nested one) runs its parts alone, so nothing ever waits for a free team.
/// </summary>
internal sealed unsafe class Workers : IDisposable
{
    /// <summary>How long an idle worker polls before it sleeps; the gap between two operations of a training step is shorter.</summary>
    private const int Spins = 2000;

    private const int PartBits = 20;
    private const long PartMask = (1 << PartBits) - 1;

    private readonly SemaphoreSlim wake = new(0);
    private readonly int helpers;
    private int busy;
    private int sleeping;
    private int done;
    private volatile bool stopped;
    private void* task;
    private delegate*<void*, int, void> invoke;

    /// <summary>Generation, number of parts and next part in one word: a claim is one compare-and-swap, and whoever claims a part of a generation holds that generation's caller until it is done.</summary>
    private long state;

    internal Workers(int threads)
    {
        helpers = threads - 1;
        for (int i = 0; i < helpers; i++)
        {
            new Thread(Work) { IsBackground = true, Name = $"lisnative-{i + 1}" }.Start();
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

        task = work;
        invoke = run;
        done = 0;
        long generation = (state >> (2 * PartBits)) + 1;
        Interlocked.Exchange(ref state, (generation << (2 * PartBits)) | ((long)parts << PartBits));
        if (Volatile.Read(ref sleeping) is > 0 and var asleep)
        {
            wake.Release(asleep);
        }

        Claim();
        var spin = default(SpinWait);
        while (Volatile.Read(ref done) != parts)
        {
            spin.SpinOnce(-1);
        }

        Volatile.Write(ref busy, 0);
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
        Interlocked.Add(ref state, 1L << (2 * PartBits));
        wake.Release(helpers + 1);
    }

    private static void Invoke<T>(void* work, int part) where T : unmanaged, ITask => Unsafe.AsRef<T>(work).Run(part);

    /// <summary>Runs parts until none is left; returns the state that said so.</summary>
    private long Claim()
    {
        while (true)
        {
            long seen = Volatile.Read(ref state);
            if ((seen & PartMask) >= ((seen >> PartBits) & PartMask))
            {
                return seen;
            }

            if (Interlocked.CompareExchange(ref state, seen + 1, seen) == seen)
            {
                invoke(task, (int)(seen & PartMask));
                Interlocked.Increment(ref done);
            }
        }
    }

    private void Work()
    {
        while (!stopped)
        {
            Await(Claim());
        }
    }

    private void Await(long seen)
    {
        for (int i = 0; i < Spins; i++)
        {
            if (Volatile.Read(ref state) != seen)
            {
                return;
            }

            Thread.SpinWait(8);
        }

        Interlocked.Increment(ref sleeping);
        while (Volatile.Read(ref state) == seen)
        {
            wake.Wait();
        }

        Interlocked.Decrement(ref sleeping);
    }
}
