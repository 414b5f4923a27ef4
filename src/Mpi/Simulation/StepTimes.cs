namespace LisNative.Mpi.Simulation;

/// <summary>One rank's training step as it was measured, and what it would take among many.</summary>
/// <param name="Backward">Seconds to the end of the backward pass.</param>
/// <param name="After">Seconds from there, with the sums at hand, to the end of the step.</param>
/// <param name="Buckets">When each bucket of gradients was whole, in seconds from the step's beginning, and its bytes.</param>
internal sealed record StepTimes(double Backward, double After, IReadOnlyList<(double Ready, int Bytes)> Buckets)
{
    /// <summary>Seconds of compute alone.</summary>
    internal double Compute => Backward + After;

    /// <summary>
    /// Seconds of a step among so many ranks: all of them compute as this one did, and buckets are summed one after another, each when it is whole, while the kernels go on.
    /// </summary>
    internal double Among(int ranks, Network network)
    {
        double summed = 0;
        foreach (var (ready, bytes) in Buckets)
        {
            summed = Math.Max(summed, ready) + network.AllReduce(bytes, ranks);
        }

        return Math.Max(Backward, summed) + After;
    }
}
