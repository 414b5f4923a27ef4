namespace LisNative.CudaDriver;

/// <summary>A kernel with its parameters, as they were when it was launched.</summary>
internal sealed record Launch(Kernel Kernel, int Groups, int Threads, byte[] Parameters)
{
    private static int number;

    /// <summary>Executes all groups; several at once, as on a device.</summary>
    /// <exception cref="CudaException">What the device would end with.</exception>
    internal void Run()
    {
        if (number++ >= Settings.Launches)
        {
            throw new CudaException(CudaException.LaunchFailed, "the device is lost, as was wished");
        }

        try
        {
            var counts = new Counts();
            Parallel.For(0, Math.Min(Groups, Settings.Groups), () => Kernel.Take(Threads, Parameters), (i, _, group) => Run(group, i),
                group => End(counts, group));
            if (Settings.Counts)
            {
                Console.Error.WriteLine($"{Groups} groups of {Threads}, {Kernel.SharedBytes} bytes shared: {counts}");
            }
        }
        catch (AggregateException e)
        {
            throw e.InnerExceptions.OfType<CudaException>().FirstOrDefault()
                ?? new CudaException(CudaException.LaunchFailed, e.InnerException!.ToString());
        }
    }

    private Group Run(Group group, int index)
    {
        group.Run(Groups, index);
        return group;
    }

    private void End(Counts all, Group group)
    {
        if (group.Counts is { } own)
        {
            lock (all)
            {
                all.Add(own);
            }
        }

        Kernel.GiveBack(group);
    }
}
