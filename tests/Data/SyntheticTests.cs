using LisNative.Data;
using LisNative.Data.Synthetic;
using LisNative.Random;
using LisNative.Scoring;

namespace LisNative.Tests.Data;

/// <summary>Synthetic negatives are what their kinds say, and teach a detector something.</summary>
public class SyntheticTests
{
    private static readonly Dataset Digits = StrokeDigits.Digits(300, new Philox(4), 8);

    private static Dataset Make(string kind, int count = 50, ulong seed = 1) =>
        SyntheticNegatives.Make(Digits, count, new Philox(seed), kind);

    [Theory]
    [InlineData("shuffle")]
    [InlineData("paste")]
    [InlineData("bent")]
    [InlineData("hybrid")]
    [InlineData("strokes")]
    [InlineData("mixture")]
    public void A_kind_makes_new_images_and_the_seed_decides_them(string kind)
    {
        Dataset made = Make(kind), again = Make(kind), other = Make(kind, seed: 2);
        Assert.Equal((Digits.SampleShape, 50, true), (made.SampleShape, made.Count, made.IsBytes));
        var known = Enumerable.Range(0, Digits.Count).Select(i => Convert.ToBase64String(Digits.Pixels(i))).ToHashSet();
        int differing = 0;
        for (int i = 0; i < made.Count; i++)
        {
            Assert.DoesNotContain(Convert.ToBase64String(made.Pixels(i)), known);
            Assert.True(made.Pixels(i).SequenceEqual(again.Pixels(i)));
            differing += made.Pixels(i).SequenceEqual(other.Pixels(i)) ? 0 : 1;
        }

        Assert.True(differing > 45);
    }

    [Fact]
    public void Shuffled_images_keep_every_pixel_and_no_cell_keeps_its_place()
    {
        var normal = Digits.Select("one and the same", [0, 0]);
        var made = SyntheticNegatives.Make(normal, 20, new Philox(1), "shuffle");
        byte[] sorted = [.. normal.Pixels(0).ToArray().Order()];
        Assert.All(Enumerable.Range(0, 20), i => Assert.Equal(sorted, made.Pixels(i).ToArray().Order()));

        byte[] numbered = [.. Enumerable.Range(0, 16)
            .SelectMany(row => Enumerable.Range(0, 16).Select(column => (byte)((row / 4 * 4) + (column / 4))))];
        var grid = new Dataset("numbered cells", [1, 16, 16], [.. numbered, .. numbered], [0, 0]);
        var moved = SyntheticNegatives.Make(grid, 20, new Philox(1), "shuffle");
        Assert.All(Enumerable.Range(0, 20),
            i => Assert.All(Enumerable.Range(0, 256), p => Assert.NotEqual(numbered[p], moved.Pixels(i)[p])));
    }

    [Fact]
    public void Parts_and_mixtures_come_from_normal_samples()
    {
        // Two images of one colour each: whatever is pasted or mixed shows by its value.
        var two = new Dataset("grey", [1, 8, 8], [.. Enumerable.Repeat((byte)40, 64), .. Enumerable.Repeat((byte)200, 64)], [0, 0]);
        var pasted = SyntheticNegatives.Make(two, 30, new Philox(1), "paste");
        var mixed = SyntheticNegatives.Make(two, 30, new Philox(1), "mixture");
        Assert.All(Enumerable.Range(0, 30), i =>
        {
            Assert.Equal(new byte[] { 40, 200 }, pasted.Pixels(i).ToArray().Distinct().Order());
            Assert.InRange(Assert.Single(mixed.Pixels(i).ToArray().Distinct()), 40 + (0.3 * 160) - 1, 40 + (0.7 * 160) + 1);
        });
    }

    [Fact]
    public void Bent_images_of_one_colour_stay_and_hybrids_have_the_coarse_one_of_the_other()
    {
        var two = new Dataset("grey", [1, 8, 8], [.. Enumerable.Repeat((byte)40, 64), .. Enumerable.Repeat((byte)200, 64)], [0, 0]);
        var bent = SyntheticNegatives.Make(two, 10, new Philox(1), "bent");
        var hybrid = SyntheticNegatives.Make(two, 10, new Philox(1), "hybrid");
        Assert.All(Enumerable.Range(0, 10),
            i => Assert.Contains(Assert.Single(bent.Pixels(i).ToArray().Distinct()), new byte[] { 40, 200 }));
        Assert.All(Enumerable.Range(0, 10),
            i => Assert.Contains(Assert.Single(hybrid.Pixels(i).ToArray().Distinct()), new byte[] { 40, 200 }));
    }

    [Fact]
    public void Crossed_vectors_take_each_value_from_one_of_two()
    {
        var two = new Dataset("vectors", [6], [1, 2, 3, 4, 5, 6, -1, -2, -3, -4, -5, -6], [0, 0]);
        var made = SyntheticNegatives.Make(two, 40, new Philox(1), "crossed");
        int signs = 0;
        foreach (float[] row in made.ToFloats().Chunk(6))
        {
            Assert.Equal([1, 2, 3, 4, 5, 6], row.Select(Math.Abs));
            signs += row.Count(v => v > 0);
        }

        Assert.InRange(signs, 90, 150);
    }

    [Fact]
    public void Kinds_take_turns_and_those_that_do_not_suit_are_refused()
    {
        Assert.Equal([0, 1, 0, 1, 0], SyntheticNegatives.Make(Digits, 5, new Philox(1), "paste", "strokes").Labels);
        var vectors = new Dataset("vectors", [2], [1, 2, 3, 4], [0, 0]);
        Assert.Equal(["mixture", "crossed", "noise"], SyntheticNegatives.Kinds(vectors));
        Failure.Contains<InputException>("one of mixture, crossed, noise, found paste",
            () => SyntheticNegatives.Make(vectors, 5, new Philox(1), "paste"));
        Failure.Contains<InputException>("at least 2", () => SyntheticNegatives.Make(Digits.Select("one", [0]), 5, new Philox(1), "paste"));
        Assert.Equal(["mixture", "crossed"], SyntheticNegatives.Kinds(new Dataset("specks", [1, 2, 8], new byte[32], [0, 0])));
        var bright = new Dataset("paper", [1, 8, 8], [.. Enumerable.Repeat((byte)250, 128)], [0, 0]);
        Assert.DoesNotContain("strokes", SyntheticNegatives.Kinds(bright));
    }

    [Fact]
    public void More_of_the_same_overlaps_by_half_and_strangers_do_not()
    {
        var more = StrokeDigits.Digits(400, new Philox(5), 8);
        Assert.InRange(Overlap.Fraction(Digits, more), 0.4, 0.6);
        Assert.Equal(0.5, Overlap.Fraction(Digits, Digits));
        Assert.InRange(Overlap.Fraction(Digits, StrokeDigits.RandomStrokes(400, new Philox(6))), 0, 0.05);
        Assert.InRange(Overlap.Fraction(Digits, Make("shuffle", 300)), 0, Overlap.TooMuch);
        Dataset half = more.Concat(StrokeDigits.RandomStrokes(400, new Philox(6)));
        Assert.InRange(Overlap.Fraction(Digits, half), Overlap.TooMuch, 0.4);

        Failure.Contains<InputException>("found 1 and 300", () => Overlap.Fraction(Digits.Select("one", [0]), Digits));

        // A column of large numbers does not drown the others.
        float[] Rows(ulong seed, double offset) =>
            [.. Enumerable.Range(0, 400).SelectMany(
            i => new[] { 1e6f * new Philox(seed).Normal((ulong)i), (float)(new Philox(seed + 1).Normal((ulong)i) + offset) })];
        var table = new Dataset("table", [2], Rows(10, 0), new int[400]);
        Assert.InRange(Overlap.Fraction(table, new Dataset("same", [2], Rows(20, 0), new int[400])), 0.35, 0.65);
        Assert.InRange(Overlap.Fraction(table, new Dataset("far", [2], Rows(30, 9), new int[400])), 0, 0.01);
        float[] turned = Rows(20, 0);
        Array.ForEach([.. Enumerable.Range(0, 400)], i => Array.Reverse(turned, 2 * i, 2));
        Dataset named = new("named", [2], Rows(10, 0), new int[400])
        { Columns = ["a", "b"] }, other = new("turned", [2], turned, new int[400]) { Columns = ["b", "a"] };
        Assert.InRange(Overlap.Fraction(named, other), 0.35, 0.65);
        Failure.Contains<InputException>("expected samples [2] as in table, found [3]",
            () => Overlap.Fraction(table, new Dataset("longer", [3], new float[30], new int[10])));
    }

    [Fact]
    public void Without_real_negatives_latent_shaping_still_gains()
    {
        Requirement.SkipUnlessSoak();
        var random = new Philox(7);
        Dataset normal = StrokeDigits.Digits(1024, random.FoldIn(1), 8), test = StrokeDigits.Digits(1000, random.FoldIn(2));
        var negatives = SyntheticNegatives.Make(normal, 4096, random.FoldIn(3), "shuffle", "paste", "bent");
        using var detector = new LisOptions { Latent = 32, Epochs1 = 15, Epochs2 = 8, NegativePool = 4096 }.FitOn(normal, negatives);
        double Auc(string score) => Metrics.Auc(
            detector.Score(test.OfClasses(8), score), detector.Score(test.OfClasses(0, 1, 2, 3, 4, 5, 6, 7, 9), score));
        Assert.True(Auc("lis-ae") > Auc("ae") + 0.03, $"{Auc("ae")} to {Auc("lis-ae")}");
    }
}
