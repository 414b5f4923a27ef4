using System.Runtime.ExceptionServices;

namespace LisNative.Data;

/// <summary>One of many pictures, or why it cannot be read.</summary>
/// <param name="Row">Its number.</param>
/// <param name="Picture">The picture.</param>
/// <param name="Problem">Why there is none.</param>
/// <param name="Warnings">What looks odd in it.</param>
internal readonly record struct Decoded(int Row, Picture? Picture, InputException? Problem, IReadOnlyList<string> Warnings);

/// <summary>
/// Decodes pictures with several threads, in order, and few ahead: what fits into some memory, and one for each thread at least.
/// </summary>
internal static class Decoding
{
    /// <summary>Bytes, and pictures, that wait for those before them.</summary>
    private const int AheadBytes = 32 << 20, Ahead = 256;

    /// <summary>Pictures first … first + count − 1.</summary>
    internal static IEnumerable<Decoded> InOrder(
        int first, int count, Func<int, Action<string>, Picture> read, int threads, CancellationToken cancellation)
    {
        int some = threads;
        for (int at = first, end = first + count; at < end;)
        {
            cancellation.ThrowIfCancellationRequested();
            var decoded = Decode(at, Math.Min(some, end - at), threads, read);
            foreach (var one in decoded)
            {
                yield return one;
            }

            at += decoded.Length;
            int most = decoded.Max(d => d.Picture?.Shape.Count ?? 0);
            some = most == 0 ? some : Math.Max(threads, Math.Min(Ahead, AheadBytes / most));
        }
    }

    private static void OnThreads(int threads, Action<int> work)
    {
        if (threads == 1)
        {
            work(0);
        }
        else
        {
            InParallel(threads, work);
        }
    }

    /// <summary>Apart from its caller: a method that names what is in another assembly has it loaded, which one picture need not wait
    /// for.</summary>
    private static void InParallel(int threads, Action<int> work) =>
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, work);

    private static Decoded[] Decode(int first, int count, int threads, Func<int, Action<string>, Picture> read)
    {
        var decoded = new Decoded[count];
        var failures = new Exception?[count];
        int next = -1;
        OnThreads(Math.Min(threads, count), Some);

        if (Array.Find(failures, f => f is not null) is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        return decoded;

        void Some(int thread)
        {
            for (int i; (i = Interlocked.Increment(ref next)) < count;)
            {
                List<string> warnings = [];
                try
                {
                    decoded[i] = new(first + i, read(first + i, warnings.Add), null, warnings);
                }
                catch (InputException e)
                {
                    decoded[i] = new(first + i, null, e, warnings);
                }
                catch (Exception e)
                {
                    failures[i] = e;
                }
            }
        }
    }
}
