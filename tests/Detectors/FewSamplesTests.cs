using LisNative.Data;
using LisNative.Random;
using LisNative.Tests.Data;
using LisNative.Tests.Distributed;

namespace LisNative.Tests.Detectors;

/// <summary>
/// Few, equal and constant samples, by every method: one sentence, or a model that is saved, loaded and gives finite scores, of which those
/// of another row are higher.
/// </summary>
public sealed class FewSamplesTests
{
    private static readonly float[] One = [3, 1, 4, 1.5f], Other = [8, 6, 9, 6.5f];

    public static TheoryData<string> Names => [.. Methods.All.Select(m => m.Name)];

    private static DetectorOptions Settings(string method) => ConformanceTests.Settings(method) switch
    {
        AnoGanOptions o => o with { Epochs1 = 20, Epochs2 = 20 },
        OutlierExposureOptions o => o with { Epochs1 = 80 },
        DeepExposureOptions o => o with { Epochs1 = 80 },
        var o => o,
    };

    private static Dataset Equal(int count) => Table("equal", count, (_, j) => One[j]);

    private static Dataset Table(string name, int count, Func<int, int, float> value) =>
        new(name, [4], [.. Enumerable.Range(0, 4 * count).Select(i => value(i / 4, i % 4))], new int[count]);

    /// <summary>Rows that differ in all columns but the last.</summary>
    private static Dataset Varied(int count, ulong seed) =>
        Table("varied", count, (i, j) => j == 3 ? One[3] : One[j] + new Philox(seed).Normal((ulong)((i * 4) + j)));

    [Theory]
    [MemberData(nameof(Names))]
    public void Equal_rows_are_refused_in_a_sentence_or_learnt(string method)
    {
        Holds(method, Equal(2), Table("other", 1, (_, j) => Other[j]), mayRefuse: true);
        Holds(method, Equal(100), Table("other", 1, (_, j) => Other[j]), mayRefuse: true);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_constant_column_and_fewer_rows_than_a_batch_are_learnt(string method)
    {
        Holds(method, Varied(100, 1), Table("other", 1, (_, j) => Other[j] + (j == 3 ? 0 : 10)), mayRefuse: false);
        Holds(method, Varied(3, 2), null, mayRefuse: false);
        Holds(method, Varied(2, 3), null, mayRefuse: false);
    }

    private static void Holds(string method, Dataset normal, Dataset? other, bool mayRefuse)
    {
        using var folder = new TemporaryFolder();
        try
        {
            using var fitted = Settings(method).FitOn(normal, Table("negatives", 6, (i, j) => One[j] + ((i % 2 == 0 ? 1 : -1) * (i + 4))));
            fitted.Save(folder["m"]);
            using var detector = Detector.Load(folder["m"]);
            float[] scores = detector.Score(normal);
            Assert.Equal(fitted.Score(normal), scores);
            Assert.All(scores, s => Assert.True(float.IsFinite(s), $"{s}"));
            Assert.Equal(fitted.Options, detector.Options);
            float highest = scores.Max();
            Assert.True(other is null || detector.Score(other)[0] > highest,
                $"{normal.Count} {normal.Name}: the other row scores {(other is null ? 0 : detector.Score(other)[0])}, these {highest}; "
                + $"{string.Join("; ", fitted.Health!.Warnings)}");
            if (normal.Count >= 100)
            {
                Assert.False(float.IsNaN(detector.Threshold(0.1)));
            }
        }
        catch (InputException e) when (mayRefuse)
        {
            Assert.DoesNotContain('\n', e.Message);
            Assert.Contains("equal", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_batch_asked_for_is_kept_and_ranks_share_what_there_is()
    {
        var options = new LisOptions { Width1 = 8, Width2 = 8, Latent = 2, Epochs1 = 2, Epochs2 = 2, HeldOut = 0 };
        using var alone = options.FitOn(Varied(5, 4), Varied(7, 5));
        Assert.Equal(128, ((LisOptions)alone.Options).Batch);
        Detector[] together = LocalRanks.Run(2, ranks => Detector.Fit(Device.Cpu, Varied(5, 4), Varied(7, 5), options, ranks: ranks));
        Assert.All(alone.Score(Varied(5, 4)).Zip(together[0].Score(Varied(5, 4))), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
        Array.ForEach(together, d => d.Dispose());
        Failure.Contains<AggregateException>("a sample for each of 3 ranks, found 2",
            () => LocalRanks.Run(3, ranks => Detector.Fit(Device.Cpu, Varied(2, 4), null, options, ranks: ranks)));
    }
}
