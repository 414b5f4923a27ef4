using LisNative.Random;
using LisNative.Scoring;

namespace LisNative.Tests.Detectors;

public class PixelMetricsTests
{
    private const int Width = 13, Height = 11;

    private sealed record Picture(float[] Map, bool[] Mask);

    private static (double Auroc, double Aupro) Compute(Picture[] pictures)
    {
        var pixels = new PixelMetrics();
        foreach (var (map, mask) in pictures)
        {
            pixels.Add(map, mask, Width);
        }

        return pixels.Compute();
    }

    /// <summary>Maps of few different scores, and faults of all shapes, beside pictures without one.</summary>
    private static Picture[] Drawn(int count, Func<float, float>? score = null) =>
    [
        .. Enumerable.Range(0, count).Select(i =>
        {
            var random = new Philox((ulong)i + 1);
            bool[] mask = [.. Enumerable.Range(0, Width * Height).Select(p => i % 3 > 0 && random.Uniform((ulong)p) < 0.2)];
            float[] map = [.. mask.Select((m, p) => (score ?? MathF.Round)((3 * random.Normal((ulong)p)) + (m ? 2 : 0)))];
            return new Picture(map, mask);
        }),
    ];

    private static double ExactAuroc(Picture[] pictures)
    {
        float[] Of(bool fault) => [.. pictures.SelectMany(p => p.Map.Where((_, i) => p.Mask[i] == fault))];
        return Metrics.Auc(Of(false), Of(true));
    }

    /// <summary>The definition: at each threshold the mean share of the regions that is flagged, and the area under that.</summary>
    private static double ExactAupro(Picture[] pictures)
    {
        var regions = pictures.SelectMany(Regions).ToArray();
        Assert.True(regions.Length > 20);
        float[] good = [.. pictures.SelectMany(p => p.Map.Where((_, i) => !p.Mask[i]))];
        var curve = pictures.SelectMany(p => p.Map).Distinct().OrderDescending()
            .Select(t => (
                Wrong: good.Count(s => s >= t) / (double)good.Length,
                Found: regions.Average(r => r.Count(s => s >= t) / (double)r.Length)))
            .Prepend((0, 0)).ToArray();
        double area = 0;
        foreach (var (from, to) in curve.Zip(curve[1..]).Where(p => p.Second.Wrong > p.First.Wrong && p.First.Wrong < 0.3))
        {
            double end = Math.Min(to.Wrong, 0.3),
                at = from.Found + ((to.Found - from.Found) * (end - from.Wrong) / (to.Wrong - from.Wrong));
            area += (end - from.Wrong) * (from.Found + at) / 2;
        }

        return area / 0.3;
    }

    [Fact]
    public void Scores_that_differ_enough_give_what_the_definitions_do()
    {
        var pictures = Drawn(6);
        Assert.Equal(ExactAuroc(pictures), Compute(pictures).Auroc, 1e-12);
        Assert.Equal(ExactAupro(pictures), Compute(pictures).Aupro, 1e-12);
    }

    /// <summary>Scores near 0, far from it beside their spread, below it, and over many decades.</summary>
    [Theory]
    [InlineData("near")]
    [InlineData("far")]
    [InlineData("below")]
    [InlineData("decades")]
    public void Counting_by_fifteen_digits_agrees_with_the_definitions(string scores)
    {
        var pictures = Drawn(12, scores switch
        {
            "near" => s => s,
            "far" => s => 1000 + (10 * s),
            "below" => s => s - 100,
            _ => s => MathF.Exp(3 * s),
        });
        Assert.Equal(ExactAuroc(pictures), Compute(pictures).Auroc, 2e-5);
        Assert.Equal(ExactAupro(pictures), Compute(pictures).Aupro, 1e-4);
    }

    [Fact]
    public void A_map_that_is_its_mask_is_right_and_one_that_is_not_is_not()
    {
        Picture[] Of(Func<bool, float> score) =>
            [.. Drawn(3).Select(p => p with { Map = [.. p.Mask.Select(m => score(m))] })];
        void Gives(double auroc, double aupro, Func<bool, float> score)
        {
            var found = Compute(Of(score));
            Assert.Equal(auroc, found.Auroc, 1e-12);
            Assert.Equal(aupro, found.Aupro, 1e-12);
        }

        Gives(1, 1, m => m ? 1 : 0);
        Gives(0, 0, m => m ? 0 : 1);
        Gives(0.5, 0.15, _ => 1);
        Assert.Throws<ArgumentException>(() => Compute(Drawn(3, _ => float.NaN)));
        Assert.Throws<ArgumentException>(() => Compute([.. Drawn(3).Select(p => p with { Mask = new bool[p.Mask.Length] })]));
    }

    /// <summary>The scores of each connected fault, corners included: grown from a pixel until nothing is added.</summary>
    private static IEnumerable<float[]> Regions(Picture picture)
    {
        var left = Enumerable.Range(0, picture.Mask.Length).Where(i => picture.Mask[i]).ToHashSet();
        bool Touch(int a, int b) => Math.Abs((a % Width) - (b % Width)) <= 1 && Math.Abs((a / Width) - (b / Width)) <= 1;
        while (left.Count > 0)
        {
            HashSet<int> region = [left.First()];
            while (left.Where(p => !region.Contains(p) && region.Any(r => Touch(p, r))).ToArray() is { Length: > 0 } more)
            {
                region.UnionWith(more);
            }

            left.ExceptWith(region);
            yield return [.. region.Select(p => picture.Map[p])];
        }
    }
}
