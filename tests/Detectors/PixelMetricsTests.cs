using LisNative.Random;
using LisNative.Scoring;

namespace LisNative.Tests.Detectors;

public class PixelMetricsTests
{
    private const int Width = 13, Height = 11;

    /// <summary>Maps of few different scores, and faults of all shapes, beside pictures without one.</summary>
    private static PixelMetrics.Picture[] Drawn(int count) =>
    [
        .. Enumerable.Range(0, count).Select(i =>
        {
            var random = new Philox((ulong)i + 1);
            bool[] mask = [.. Enumerable.Range(0, Width * Height).Select(p => i % 3 > 0 && random.Uniform((ulong)p) < 0.2)];
            float[] map = [.. mask.Select((m, p) => MathF.Round((3 * random.Normal((ulong)p)) + (m ? 2 : 0)))];
            return new PixelMetrics.Picture(map, mask, Width);
        }),
    ];

    [Fact]
    public void Pixels_are_ranked_as_samples_are()
    {
        var pictures = Drawn(6);
        float[] Of(bool fault) => [.. pictures.SelectMany(p => p.Map.Where((_, i) => p.Mask[i] == fault))];
        Assert.Equal(Metrics.Auc(Of(false), Of(true)), PixelMetrics.Compute(pictures).Auroc, 1e-12);
    }

    /// <summary>The definition: at each threshold the mean share of the regions that is flagged, and the area under that.</summary>
    [Fact]
    public void Overlap_of_regions_is_that_of_the_definition()
    {
        var pictures = Drawn(5);
        var regions = pictures.SelectMany(Regions).ToArray();
        float[] good = [.. pictures.SelectMany(p => p.Map.Where((_, i) => !p.Mask[i]))];
        var curve = pictures.SelectMany(p => p.Map).Distinct().OrderDescending()
            .Select(t => (
                Wrong: good.Count(s => s >= t) / (double)good.Length,
                Found: regions.Average(r => r.Count(s => s >= t) / (double)r.Length)))
            .Prepend((0, 0)).ToArray();
        double area = 0;
        for (int i = 1; i < curve.Length; i++)
        {
            var (from, to) = (curve[i - 1], curve[i]);
            const int Pieces = 2000;
            for (int k = 0; k < Pieces; k++)
            {
                double share = (k + 0.5) / Pieces, wrong = from.Wrong + ((to.Wrong - from.Wrong) * share);
                area += wrong < 0.3 ? (to.Wrong - from.Wrong) / Pieces * (from.Found + ((to.Found - from.Found) * share)) : 0;
            }
        }

        Assert.True(regions.Length > 20);
        Assert.Equal(area / 0.3, PixelMetrics.Compute(pictures).Aupro, 1e-4);
    }

    [Fact]
    public void A_map_that_is_its_mask_is_right_and_one_that_is_not_is_not()
    {
        PixelMetrics.Picture[] Of(Func<bool, float> score) =>
            [.. Drawn(3).Select(p => p with { Map = [.. p.Mask.Select(m => score(m))] })];
        void Gives(double auroc, double aupro, Func<bool, float> score)
        {
            var found = PixelMetrics.Compute(Of(score));
            Assert.Equal(auroc, found.Auroc, 1e-12);
            Assert.Equal(aupro, found.Aupro, 1e-12);
        }

        Gives(1, 1, m => m ? 1 : 0);
        Gives(0, 0, m => m ? 0 : 1);
        Gives(0.5, 0.15, _ => 1);
        Assert.Throws<ArgumentException>(() => PixelMetrics.Compute([.. Drawn(3).Select(p => p with { Mask = new bool[p.Mask.Length] })]));
    }

    /// <summary>The scores of each connected fault, corners included: grown from a pixel until nothing is added.</summary>
    private static IEnumerable<float[]> Regions(PixelMetrics.Picture picture)
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
