using LisNative.Data;
using LisNative.Data.Synthetic;
using LisNative.Random;

namespace LisNative.Tests.Data;

/// <summary>Faults drawn on windows of a signal: each changes what it says, and nothing else.</summary>
public class SignalNegativesTests
{
    private const int Length = 40, Columns = 3;

    /// <summary>A ramp in every column, of other slopes and beginnings, so that each value tells its row.</summary>
    private static Dataset Ramps { get; } = new Dataset("ramps", [Columns], [.. Enumerable.Range(0, 400 * Columns)
        .Select(i => ((i % Columns) + 1f) * (((i / Columns) + (11 * (i % Columns))) % 50))], new int[400]).Windowed(new(Length));

    public static TheoryData<string> Kinds => [.. SignalFaults.Kinds(Columns)];

    /// <summary>The changes (made − normal) of each column, in its deviations, of windows of one kind.</summary>
    private static IEnumerable<(float[][] Normal, float[][] Made, float[] Deviations)> Drawn(string kind)
    {
        var faults = new SignalFaults(Ramps);
        float[] window = new float[Length * Columns], deviations = Scaler.Fit(Ramps).Deviation[..Columns];
        float[][] Split(float[] all) => [.. Enumerable.Range(0, Columns).Select(c => all.Where((_, i) => i % Columns == c).ToArray())];
        for (int i = 0; i < 60; i++)
        {
            Ramps.Read([i], window);
            yield return (Split(window), Split(faults.Draw(kind, [.. window], new Philox(5).FoldIn((ulong)i))), deviations);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_kind_changes_some_columns_of_one_stretch_and_follows_from_its_seed(string kind)
    {
        int ongoing = 0, whole = 0;
        foreach (var (normal, made, _) in Drawn(kind))
        {
            bool[] changed = [.. Enumerable.Range(0, Length)
                .Select(r => Enumerable.Range(0, Columns).Any(c => normal[c][r] != made[c][r]))];
            Assert.Contains(true, changed);
            Assert.All(made, column => Assert.All(column, v => Assert.True(float.IsFinite(v))));
            ongoing += changed[^1] ? 1 : 0;
            whole += changed.All(c => c) ? 1 : 0;
        }

        Assert.InRange(ongoing, 30, 60);
        Assert.InRange(whole, 0, 20);
        Assert.Equal(Drawn(kind).SelectMany(d => d.Made).SelectMany(m => m), Drawn(kind).SelectMany(d => d.Made).SelectMany(m => m));
    }

    [Fact]
    public void A_level_shifts_by_one_size_and_a_drift_grows()
    {
        foreach (string kind in new[] { "level", "drift", "spike" })
        {
            foreach (var (normal, made, deviations) in Drawn(kind))
            {
                for (int c = 0; c < Columns; c++)
                {
                    float[] shifts = [.. made[c].Zip(normal[c], (m, n) => (m - n) / deviations[c]).Where(d => d != 0)];
                    float last = shifts.Length == 0 ? 0 : Math.Abs(shifts[^1]);
                    Assert.True(last is 0 || last is > 0.49f and < 8.01f, $"{kind}: {last}");
                    Assert.True(kind == "drift" ? shifts.Zip(shifts.Skip(1)).All(p => Math.Abs(p.Second) > Math.Abs(p.First) - 1e-3)
                        : shifts.All(s => Math.Abs(s - shifts[0]) < 1e-3), kind);
                    Assert.True(kind != "spike" || shifts.Length <= 2, $"{shifts.Length} rows");
                }
            }
        }
    }

    [Fact]
    public void A_frozen_column_keeps_its_value() => Assert.All(Drawn("frozen"), d =>
    {
        for (int c = 0; c < Columns; c++)
        {
            int[] changed = [.. Enumerable.Range(0, Length).Where(r => d.Normal[c][r] != d.Made[c][r])];
            Assert.True(changed.Length == 0 || changed.All(r => d.Made[c][r] == d.Normal[c][changed[0] - 1]));
        }
    });

    [Fact]
    public void Another_frequency_has_other_steps_of_the_same_values() => Assert.All(Drawn("frequency"), d =>
    {
        for (int c = 0; c < Columns; c++)
        {
            Assert.InRange(d.Made[c].Min(), d.Normal[c].Min(), d.Normal[c].Max());
            Assert.InRange(d.Made[c].Max(), d.Normal[c].Min(), d.Normal[c].Max());
        }
    });

    [Fact]
    public void Swapped_columns_are_two() => Assert.All(Drawn("swapped"), d =>
        Assert.InRange(Enumerable.Range(0, Columns).Count(c => !d.Normal[c].SequenceEqual(d.Made[c])), 1, 2));

    [Fact]
    public void A_burst_is_noise_of_both_signs() => Assert.Contains(Drawn("burst"), d =>
        Enumerable.Range(0, Columns).Any(c => d.Made[c].Zip(d.Normal[c], (m, n) => m - n) is var change
            && change.Count(v => v > 0) > 3 && change.Count(v => v < 0) > 3));

    [Fact]
    public void They_are_the_synthetic_negatives_of_windows_and_are_apart_from_normal_ones()
    {
        Assert.Equal(SignalFaults.Kinds(Columns), SyntheticNegatives.Best(Ramps));
        Assert.DoesNotContain("swapped", SignalFaults.Kinds(1));
        Assert.Equal(["noise"], SyntheticNegatives.Best(Ramps.Rows()));
        var made = SyntheticNegatives.Make(Ramps, 70, new Philox(1), SyntheticNegatives.Best(Ramps));
        Assert.Equal(Ramps.SampleShape, made.SampleShape);
        Assert.Equal(Enumerable.Range(0, 70).Select(i => i % 7), made.Labels);
        Assert.All(SignalFaults.Kinds(Columns), kind => Assert.InRange(SignalOverlap.Fraction(kind, Ramps, new Philox(1)), 0, 0.3));
    }

    [Fact]
    public void Drawn_signals_have_faults_exactly_where_their_labels_say()
    {
        foreach (string kind in SignalProcess.Kinds)
        {
            var drawn = DrawnSignals.Draw(kind, 500, 3000, new Philox(3));
            Assert.Equal(3000, drawn.Test.Count);
            Assert.All(drawn.Normal.Labels, l => Assert.Equal(0, l));
            Assert.Equal(drawn.Test.Labels.Sum(), drawn.Events.Sum(e => e.End - e.First));
            Assert.Equal(DrawnSignals.Faults.Count - (drawn.Test.SampleShape.Count == 1 ? 1 : 0),
                drawn.Events.Select(e => e.Kind).Distinct().Count());
            Assert.Equal(drawn.Test.Fingerprint(), DrawnSignals.Draw(kind, 500, 3000, new Philox(3)).Test.Fingerprint());
        }
    }
}
