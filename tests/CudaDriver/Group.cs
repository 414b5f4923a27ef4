namespace LisNative.CudaDriver;

/// <summary>The threads that share memory, warp after warp from barrier to barrier.</summary>
internal sealed class Group
{
    private const int Many = -1;

    private readonly Warp[] warps;

    /// <summary>Of each word of shared memory: which thread wrote it, and which read it, since when; threads count from 1.</summary>
    private readonly (int Writer, int WrittenIn, int Reader, int ReadIn)[] words;

    /// <summary>Counts barriers, and groups.</summary>
    private int interval;

    internal Group(Kernel kernel, int threads)
    {
        Threads = threads;
        Parameters = new(kernel.ParameterBytes);
        Shared = new(kernel.SharedBytes);
        words = new (int, int, int, int)[(kernel.SharedBytes + 3) / 4];
        warps = [.. Enumerable.Range(0, (threads + Warp.Lanes - 1) / Warp.Lanes).Select(i => new Warp(kernel, this, i * Warp.Lanes))];
    }

    internal int Threads { get; }

    internal Block Parameters { get; }

    internal Block Shared { get; }

    /// <summary>Of one launch; null unless wanted.</summary>
    internal Counts? Counts { get; private set; }

    /// <summary>Before its first index of a launch.</summary>
    internal void Begin(byte[] parameters)
    {
        parameters.CopyTo(Parameters.Span);
        Counts = Settings.Counts ? new() : null;
    }

    internal void Run(int groups, int index)
    {
        // Shared memory begins with NaNs, as all memory.
        Shared.Span.Fill(0xff);
        Array.ForEach(warps, w => w.Begin(Threads, groups, index));
        do
        {
            interval++;
            Array.ForEach(warps, w => w.Run());
        }
        while (warps.Any(w => w.IsWaiting));
    }

    /// <summary>Between two barriers a word that one thread writes may be touched by no other.</summary>
    internal void Touch(int address, int bytes, int thread, bool isStore, Instruction instruction)
    {
        int own = thread + 1;
        for (int i = address / 4; i < (address + bytes + 3) / 4; i++)
        {
            ref var word = ref words[i];
            bool written = word.WrittenIn == interval && word.Writer != own, read = word.ReadIn == interval && word.Reader != own;
            if (written || (isStore && read))
            {
                throw new CudaException(CudaException.LaunchFailed,
                    $"a race for byte {4 * i} of shared memory: «{instruction.Text}» of thread {thread} beside "
                    + $"{(written ? $"a store of thread {word.Writer - 1}" : word.Reader == Many
                        ? "loads of several threads" : $"a load of thread {word.Reader - 1}")}");
            }

            if (isStore)
            {
                (word.Writer, word.WrittenIn) = (own, interval);
            }
            else
            {
                (word.Reader, word.ReadIn) = (word.ReadIn == interval && word.Reader != own ? Many : own, interval);
            }
        }
    }
}
