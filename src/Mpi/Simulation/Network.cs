namespace LisNative.Mpi.Simulation;

/// <summary>The α–β model of a network (Hockney 1994): n bytes from one rank to another take α + n / β.</summary>
/// <param name="Latency">α, in seconds.</param>
/// <param name="Bandwidth">β, in bytes a second.</param>
internal readonly record struct Network(double Latency, double Bandwidth)
{
    /// <summary>
    /// Seconds that an all-reduce takes: the best of recursive doubling, of halving and doubling (Rabenseifner) and of the ring, as MPI libraries choose among them (Thakur,
    /// Rabenseifner, Gropp 2005). The additions cost nothing.
    /// </summary>
    internal double AllReduce(double bytes, int ranks)
    {
        if (ranks == 1)
        {
            return 0;
        }

        double rounds = Math.Ceiling(Math.Log2(ranks)), transfer = bytes / Bandwidth, scattered = 2 * transfer * (ranks - 1) / ranks;
        return Math.Min(rounds * (Latency + transfer), Math.Min((2 * rounds * Latency) + scattered, (2 * (ranks - 1) * Latency) + scattered));
    }

    /// <summary>Of all-reduces between two ranks, which take α + n / β: the smallest gives α, the largest β.</summary>
    internal static Network Of(IReadOnlyList<(double Bytes, double Seconds)> measured)
    {
        var (small, large) = (measured.MinBy(m => m.Bytes), measured.MaxBy(m => m.Bytes));
        return new(small.Seconds, (large.Bytes - small.Bytes) / (large.Seconds - small.Seconds));
    }
}
