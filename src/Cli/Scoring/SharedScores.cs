using System.Runtime.InteropServices;
using LisNative.Data;
using LisNative.Training;

namespace LisNative.Cli.Scoring;

/// <summary>Scores of batches in their order, whoever scores them: ranks take neighbouring batches, read and score their own, and give each other what came of it.</summary>
internal static class SharedScores
{
    /// <summary>Samples for each rank between two exchanges.</summary>
    private const int Window = 64;

    internal static IEnumerable<(IReadOnlyList<string> Names, float[] Scores)> Of(IEnumerable<SampleBatch> batches, Func<SampleBatch, float[]> score, Communicator? ranks)
    {
        if (ranks is null)
        {
            return batches.Select(b => (b.Names, score(b)));
        }

        return Windows(batches, ranks.Size * Window).SelectMany(window =>
        {
            int[] owners = Owners(window, ranks.Size);
            float[][] scores = [.. window.Select((b, i) => owners[i] == ranks.Rank ? score(b) : new float[b.Names.Count])];
            foreach (var (i, values) in scores.Index())
            {
                ranks.Broadcast(MemoryMarshal.AsBytes(values.AsSpan()), owners[i]);
            }

            return window.Zip(scores, (b, s) => (b.Names, s));
        });
    }

    private static IEnumerable<IReadOnlyList<SampleBatch>> Windows(IEnumerable<SampleBatch> batches, int samples)
    {
        var window = new List<SampleBatch>();
        foreach (var batch in batches)
        {
            window.Add(batch);
            if (window.Sum(b => b.Names.Count) >= samples)
            {
                yield return window;
                window = [];
            }
        }

        if (window.Count > 0)
        {
            yield return window;
        }
    }

    /// <summary>Each batch goes to the rank in whose equal share of the samples it begins.</summary>
    private static int[] Owners(IReadOnlyList<SampleBatch> window, int ranks)
    {
        var (all, before) = ((long)window.Sum(b => b.Names.Count), 0L);
        return [.. window.Select(b => (int)(((before += b.Names.Count) - b.Names.Count) * ranks / Math.Max(1, all)))];
    }
}
