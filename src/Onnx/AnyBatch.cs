namespace LisNative.Onnx;

/// <summary>A graph that holds for batches of any size, from traces with batches of some.</summary>
internal static class AnyBatch
{
    /// <summary>Traces of as many batches are made until two are the same.</summary>
    private const int MostBatches = 4;

    /// <summary>A graph in which no number depends on the batch, since batches of two sizes give the same.</summary>
    /// <param name="shapes">Of a sample and of what it is computed with: a batch that divides none of their sizes tells itself from
    /// them.</param>
    /// <param name="trace">The graph of a batch.</param>
    /// <param name="path">What to call it in messages.</param>
    /// <exception cref="InputException">No two are the same.</exception>
    /// <exception cref="NotSupportedException">An operation has no counterpart in ONNX.</exception>
    internal static OnnxGraph Trace(IEnumerable<Shape> shapes, Func<int, OnnxGraph> trace, string path)
    {
        var sizes = shapes.SelectMany(s => s.Sizes.ToArray()).ToHashSet();
        OnnxGraph? last = null;
        NotSupportedException? refused = null;
        foreach (int batch in Primes().Where(p => !sizes.Any(s => s > 0 && s % p == 0)).Take(MostBatches))
        {
            try
            {
                var graph = trace(batch);
                graph.LeaveOutUnneeded();
                if (last is not null && graph.Proto.Equals(last.Proto))
                {
                    return graph;
                }

                last = graph;
            }
            catch (NotSupportedException e)
            {
                // Perhaps for a size on the way that is a multiple of this batch.
                refused = e;
            }
        }

        throw refused is not null ? new NotSupportedException(refused.Message, refused) : new InputException(path,
            "expected a network that does the same for each sample, found one whose operations depend on how many there are");
    }

    /// <summary>From 11 on, since constants made on the way often have smaller sizes.</summary>
    private static IEnumerable<int> Primes() =>
        Enumerable.Range(11, int.MaxValue - 11).Where(n => Enumerable.Range(2, (int)Math.Sqrt(n) - 1).All(d => n % d != 0));
}
