using LisNative.Numerics;
using LisNative.Random;

namespace LisNative.Tests.Detectors;

/// <summary>The nearest of many points, found with bounds of their distances, are those that all distances say.</summary>
public sealed class NeighbourSearchTests
{
    private const int Count = 400, Nearest = 5;

    public static TheoryData<string, int> Points => new()
    {
        { "noise", 160 }, { "waves", 256 }, { "waves", 517 }, { "copies", 200 }, { "plane", 130 }, { "constant", 128 }, { "far", 256 },
        { "short", 20 },
    };

    [Theory]
    [MemberData(nameof(Points))]
    public void Bounds_exclude_none_of_the_nearest(string kind, int length)
    {
        float[][] points = [.. Enumerable.Range(0, Count).Select(i => Draw(kind, length, i))];
        var set = new PointSet(Device.Cpu.From([.. points.SelectMany(p => p)], [Count, length]));
        var search = new NeighbourSearch(Device.Cpu, set, Nearest);
        var found = new Neighbour[Nearest];
        for (int i = 0; i < 60; i++)
        {
            float[] asked = i < 20 ? points[i * 7] : i < 40 ? [.. Draw(kind, length, Count + i).Select(v => v * (i - 18))]
                : Draw(i % 2 == 0 ? "noise" : kind, length, 2 * Count + i);
            search.Find(asked, found);
            Assert.Equal(Exact(points, asked).Take(Nearest), found);
        }
    }

    /// <summary>In the order of the sums of which the score is made.</summary>
    private static IEnumerable<Neighbour> Exact(float[][] points, float[] asked) => points.Select((p, place) =>
    {
        double square = 0;
        for (int j = 0; j < p.Length; j++)
        {
            square += ((double)asked[j] - p[j]) * ((double)asked[j] - p[j]);
        }

        return new Neighbour(square, place);
    }).OrderBy(n => n.Square).ThenBy(n => n.Place);

    private static float[] Draw(string kind, int length, int i)
    {
        var random = new Philox(3, (ulong)(kind == "copies" ? i / 4 : i));
        float a = random.Normal(0), b = random.Normal(1), noise = kind is "noise" or "copies" or "short" ? 1 : 0.1f;
        return [.. Enumerable.Range(0, length).Select(j => kind switch
        {
            "constant" => 2,
            "plane" => (a * MathF.Sin(j)) + (b * MathF.Cos(3 * j)),
            "far" => 1000 + MathF.Sin((j / 9f) + (3 * a)) + (noise * random.Normal((ulong)(j + 2))),
            "waves" => MathF.Sin((j / 9f) + (3 * a)) + (b / 2) + (noise * random.Normal((ulong)(j + 2))),
            _ => random.Normal((ulong)(j + 2)),
        })];
    }
}
