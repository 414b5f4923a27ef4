using System.Runtime.InteropServices;
using LisNative.Data;
using LisNative.Training;

namespace LisNative.Cli.Scoring;

/// <summary>Scores of batches in their order, whoever scores them: a batch goes to the rank that has had the fewest samples, which reads and scores it when its turn comes, and ranks give each other what came of it.</summary>
internal static class SharedScores
{
    /// <summary>Samples for each rank between two exchanges.</summary>
    private const int Window = 64;

    internal static IEnumerable<(IReadOnlyList<string> Names, float[] Scores)> Of(IEnumerable<SampleBatch> batches, Func<SampleBatch, float[]> score, Communicator? ranks) =>
        ranks is null ? batches.Select(b => (b.Names, score(b))) : Shared(batches, score, ranks);

    private static IEnumerable<(IReadOnlyList<string> Names, float[] Scores)> Shared(IEnumerable<SampleBatch> batches, Func<SampleBatch, float[]> score, Communicator ranks)
    {
        var given = new long[ranks.Size];
        var window = new List<(IReadOnlyList<string> Names, float[] Scores, int Owner)>();
        foreach (var batch in batches)
        {
            int owner = Array.IndexOf(given, given.Min());
            given[owner] += batch.Names.Count;
            window.Add((batch.Names, owner == ranks.Rank ? score(batch) : new float[batch.Names.Count], owner));
            if (window.Sum(b => b.Names.Count) >= ranks.Size * Window)
            {
                foreach (var scored in Exchange())
                {
                    yield return scored;
                }

                window.Clear();
            }
        }

        foreach (var scored in Exchange())
        {
            yield return scored;
        }

        IEnumerable<(IReadOnlyList<string>, float[])> Exchange()
        {
            foreach (var (names, scores, owner) in window)
            {
                ranks.Broadcast(MemoryMarshal.AsBytes(scores.AsSpan()), owner);
                yield return (names, scores);
            }
        }
    }
}
