using LisNative.Data;
using LisNative.Random;

namespace LisNative.Tests.Data;

public class SurfacesTests
{
    [Fact]
    public void A_seed_gives_the_same_surfaces_and_another_gives_others()
    {
        static byte[] Drawn(ulong seed, int count) => [.. Enumerable.Range(0, count).SelectMany(
            i => TexturedSurfaces.Good(count, new Philox(seed), 24, 40).Pixels(i).ToArray())];
        Assert.Equal(Drawn(1, 3), Drawn(1, 3));
        Assert.Equal(Drawn(1, 3), Drawn(1, 5).Take(3 * 24 * 40));
        Assert.NotEqual(Drawn(1, 3), Drawn(2, 3));
        byte[][] each = [.. Enumerable.Range(0, 5).Select(i => TexturedSurfaces.Good(5, new Philox(1)).Pixels(i).ToArray())];
        Assert.Equal(5, each.DistinctBy(Convert.ToHexString).Count());
        Assert.All(each, pixels => Assert.InRange(pixels.Average(p => (double)p), 70, 190));
    }

    /// <summary>What a fault changes by more than 3 % of the range is in the mask, and nothing else.</summary>
    [Fact]
    public void Masks_are_where_a_fault_is()
    {
        const int Count = 20, Size = 64;
        Assert.Equal(["hole", "scratch", "stain"], TexturedSurfaces.Kinds);
        foreach (string kind in TexturedSurfaces.Kinds)
        {
            var (faulty, masks) = TexturedSurfaces.Faulty(kind, Count, new Philox(7));
            var good = TexturedSurfaces.Good(Count, new Philox(7));
            for (int i = 0; i < Count; i++)
            {
                byte[] mask = masks.Pixels(i).ToArray(), found = faulty.Pixels(i).ToArray(), expected = good.Pixels(i).ToArray();
                Assert.All(mask, m => Assert.True(m is 0 or 255));
                Assert.InRange(mask.Count(m => m == 255), 4, Size * Size / 4);
                for (int p = 0; p < mask.Length; p++)
                {
                    int change = Math.Abs(found[p] - expected[p]);
                    Assert.True(mask[p] == 255 ? change >= 7 : change <= 8, $"{kind} {i}, pixel {p}: {change}");
                }
            }
        }

        Assert.Throws<ArgumentException>(() => TexturedSurfaces.Faulty("dent", 1, new Philox(1)));
    }
}
