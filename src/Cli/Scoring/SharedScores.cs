using LisNative.Data;
using LisNative.Distributed;

namespace LisNative.Cli.Scoring;

/// <summary>
/// Scores of batches in their order, shared among ranks. A batch goes to the rank that has had the fewest samples so far; that rank reads
/// and scores it, and sends the others the result.
/// </summary>
internal static class SharedScores
{
    /// <summary>Samples for each rank between two exchanges.</summary>
    private const int Window = 64;

    internal static IEnumerable<ScoredBatch> Gather(
        IEnumerable<SampleBatch> batches, Func<SampleBatch, ScoredBatch> score, Communicator? ranks) =>
        ranks is null ? batches.Select(score) : Shared(batches, score, ranks);

    private static IEnumerable<ScoredBatch> Shared(
        IEnumerable<SampleBatch> batches, Func<SampleBatch, ScoredBatch> score, Communicator ranks)
    {
        var given = new long[ranks.Size];
        var window = new List<(byte[]? Scored, int Owner)>();
        long samples = 0;
        foreach (var batch in batches)
        {
            int owner = Array.IndexOf(given, given.Min());
            given[owner] += batch.Names.Count;
            samples += batch.Names.Count;
            window.Add((owner == ranks.Rank ? score(batch).ToBytes() : null, owner));
            if (samples >= ranks.Size * Window)
            {
                foreach (var scored in Exchange())
                {
                    yield return scored;
                }

                window.Clear();
                samples = 0;
            }
        }

        foreach (var scored in Exchange())
        {
            yield return scored;
        }

        IEnumerable<ScoredBatch> Exchange()
        {
            foreach (var (scored, owner) in window)
            {
                yield return ScoredBatch.Deserialise(ranks.BroadcastMessage(scored, owner)!);
            }
        }
    }
}
