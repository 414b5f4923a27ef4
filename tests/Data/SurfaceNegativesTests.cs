using LisNative.Data;
using LisNative.Data.Synthetic;
using LisNative.Random;

namespace LisNative.Tests.Data;

/// <summary>Negatives for pictures of surfaces: local faults, their masks, and when they are made.</summary>
public class SurfaceNegativesTests
{
    /// <summary>From the commit before there were faults: stored results depend on these bits.</summary>
    [Theory]
    [InlineData("shuffle", "8e296a8d2bab9f5e850fdb2030c7878d")]
    [InlineData("paste", "8a2d5d1f2e8ae4f2e9bc76d114579f3a")]
    [InlineData("bent", "17f04e074818c1c43fb1ec1a8b672407")]
    [InlineData("hybrid", "efb2c450fc30268b12fe9c848178d3c7")]
    [InlineData("strokes", "a4b2e0d64113d434c7f1a2a961971341")]
    [InlineData("mixture", "47c34870ed9e75a7fa906ad2f1e5e5cd")]
    [InlineData("crossed", "cda959245ee3ac24be16bb9bd4fdbc29")]
    [InlineData("", "22e0eb0d3efb546297a5aabcaddca2ae")]
    public void The_kinds_that_there_were_keep_their_bits(string kind, string expected)
    {
        var digits = StrokeDigits.Digits(40, new Philox(4), 8);
        var vectors = new Dataset("vectors", [3], [.. Enumerable.Range(0, 60).Select(i => i * 0.5f)], new int[20]);
        var normal = kind == "crossed" ? vectors : digits;
        Assert.Equal($"xxh128:{expected}", SyntheticNegatives.Make(
            normal, 30, new Philox(9), kind.Length > 0 ? [kind] : SyntheticNegatives.Best(normal)).Fingerprint());
    }

    private static readonly Shape[] Shapes = [[1, 64, 64], [3, 48, 80], [1, 33, 128]];

    /// <summary>Pictures of a texture, of several channels where asked for.</summary>
    private static float[] Texture(Shape shape, ulong seed) =>
        [.. Enumerable.Range(0, shape[0])
            .SelectMany(c => TexturedSurfaces.Good(1, new Philox(seed).FoldIn((ulong)c), shape[1], shape[2]).ToFloats())];

    public static TheoryData<string> Faults => [.. SurfaceFaults.Kinds];

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_is_seen_and_changes_what_its_mask_marks_alone(string kind)
    {
        const int Each = 100;
        foreach (var shape in Shapes)
        {
            int seen = 0, area = shape[1] * shape[2];
            float[] picture = Texture(shape, 1), other = Texture(shape, 2);
            for (int i = 0; i < Each; i++)
            {
                var (faulty, mask) = SurfaceFaults.Draw(kind, picture, other, shape, new Philox(3).FoldIn((ulong)i));
                var (again, _) = SurfaceFaults.Draw(kind, picture, other, shape, new Philox(3).FoldIn((ulong)i));
                Assert.Equal(faulty, again);
                Assert.All(faulty, v => Assert.InRange(v, 0, 1));
                float[] change = [.. Enumerable.Range(0, area)
                    .Select(p => Enumerable.Range(0, shape[0]).Max(c => Math.Abs(faulty[(c * area) + p] - picture[(c * area) + p])))];
                Assert.All(change.Zip(mask), pair => Assert.Equal(pair.Second, pair.First > Canvas.Seen));
                Assert.All(change.Zip(mask), pair => Assert.True(pair.Second || pair.First == 0));
                int marked = mask.Count(m => m);
                Assert.InRange(marked, 0, 0.2 * area);
                seen += marked >= 0.001 * area && change.Max() > 0.04f ? 1 : 0;
            }

            Assert.True(seen >= 0.99 * Each, $"{kind} on {shape}: {seen} of {Each} are seen");
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void Pictures_of_one_colour_and_of_any_range_are_taken(string kind)
    {
        Shape shape = [1, 32, 32];
        foreach (float level in (float[])[0, 0.5f, 1])
        {
            float[] flat = [.. Enumerable.Repeat(level, shape.Count)];
            var (faulty, mask) = SurfaceFaults.Draw(kind, flat, flat, shape, new Philox(1));
            Assert.All(faulty.Zip(mask), pair => Assert.Equal(pair.Second, pair.First != level));
        }

        float[] counts = [.. Texture(shape, 1).Select(v => 4000 * v)];
        var (drawn, marked) = SurfaceFaults.Draw(kind, counts, counts, shape, new Philox(1));
        Assert.Contains(true, marked);
        Assert.All(drawn, v => Assert.InRange(v, 0, counts.Max()));
        Assert.Throws<ArgumentException>(() => SurfaceFaults.Draw("crumb", counts, counts, shape, new Philox(1)));
    }

    [Fact]
    public void Photographs_get_faults_and_smaller_images_and_glyphs_what_they_had()
    {
        string[] whole = ["shuffle", "paste", "bent"], faults = ["cut", "scratch", "stain", "foreign"];
        Dataset Of(Shape shape, byte value) => new("images", shape, [.. Enumerable.Repeat(value, 2 * shape.Count)], [0, 0]);
        Assert.Equal(faults, SyntheticNegatives.Best(TexturedSurfaces.Good(4, new Philox(1))));
        Assert.Equal(faults, SyntheticNegatives.Best(Of([3, 64, 96], 100)));
        Assert.Equal(faults, SyntheticNegatives.Best(Of([1, 64, 64], 50)));
        Assert.Equal(whole, SyntheticNegatives.Best(Of([3, 32, 32], 100)));
        Assert.Equal(whole, SyntheticNegatives.Best(Of([1, 60, 200], 100)));
        Assert.Equal([.. whole, "strokes"], SyntheticNegatives.Best(Of([1, 64, 64], 0)));
        Assert.Equal([.. whole, "hybrid", "mixture", .. SurfaceFaults.Kinds], SyntheticNegatives.Kinds(Of([3, 32, 32], 100)));
        Assert.Equal([.. whole, "hybrid", "strokes", "mixture"], SyntheticNegatives.Kinds(Of([1, 28, 28], 0)));

        var made = SyntheticNegatives.Make(TexturedSurfaces.Good(6, new Philox(1)), 20, new Philox(2), faults);
        Assert.Equal((20, true), (made.Count, made.IsBytes));
        Assert.Equal([0, 1, 2, 3, 0], made.Labels[..5]);
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("scratch")]
    [InlineData("stain")]
    [InlineData("foreign")]
    public void Faulty_places_are_unlike_normal_ones_though_whole_pictures_are_alike(string kind)
    {
        var surfaces = TexturedSurfaces.Good(60, new Philox(1));
        var made = SyntheticNegatives.Make(surfaces, 60, new Philox(2), kind);
        Assert.True(made.Changed is not null);
        Assert.True(Overlap.Fraction(surfaces, made) > Overlap.TooMuch);
        Assert.InRange(FaultOverlap.Fraction(kind, surfaces, new Philox(3)), 0, Overlap.TooMuch);
        Assert.False(SyntheticNegatives.Make(surfaces, 2, new Philox(2), "paste").Changed is not null);
    }

    [Fact]
    public void Faults_that_change_nothing_are_more_of_the_same()
    {
        // What is black cannot be turned about; and to compare, two halves of two are needed.
        var black = new Dataset("black", [1, 32, 32], new byte[8 * 32 * 32], new int[8]);
        Assert.Equal(0.5, FaultOverlap.Fraction("dent", black, new Philox(1)));
        Failure.Contains<InputException>("at least 4",
            () => FaultOverlap.Fraction("dent", black.Select("three", [0, 1, 2]), new Philox(1)));
    }
}
