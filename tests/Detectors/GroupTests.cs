using LisNative.Data;
using LisNative.Random;
using LisNative.Scoring;
using LisNative.Tests.Data;
using LisNative.Training;

namespace LisNative.Tests.Detectors;

/// <summary>Samples of one recording are held out together, and what so few independent ones promise is said.</summary>
public sealed class GroupTests : InFolder
{
    /// <summary>Groups of the sizes given, one after another, of scattered samples.</summary>
    private static Dataset Grouped(params int[] sizes)
    {
        var values = new float[sizes.Sum() * 3];
        new Philox(2).Normals(values);
        return new Dataset("grouped", [3], values, new int[sizes.Sum()])
            .Grouped([.. sizes.SelectMany((size, g) => Enumerable.Repeat($"g{g}", size))]);
    }

    [Theory]
    [InlineData(0.1, 10, new[] { 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5 })]
    [InlineData(0.2, 20, new[] { 10, 10, 10, 10, 10, 10, 10, 10, 10, 10 })]
    [InlineData(0.1, 20, new[] { 20, 80 })]
    [InlineData(0.1, 40, new[] { 60, 40 })]
    public void Whole_groups_are_held_out_as_near_to_the_share_as_they_come(double share, int held, int[] sizes)
    {
        var normal = Grouped(sizes);
        for (ulong seed = 0; seed < 10; seed++)
        {
            var (train, heldOut) = Detector.HoldOut(normal, new IsolationForestOptions { HeldOut = share, Seed = seed });
            Assert.Equal((held, normal.Count - held), (heldOut.Count, train.Count));
            Assert.Empty(train.Groups!.Intersect(heldOut.Groups!));
        }
    }

    [Fact]
    public void Groups_follow_their_samples()
    {
        var normal = Grouped(2, 1);
        Assert.Equal(["g1", "g0"], normal.Select("some", [2, 0]).Groups);
        Assert.Equal(["g0", "g0", "g1"], Scaler.Fit(normal).Apply(normal).Groups);
        Assert.Equal(["g0", "g0", "g1", "x#0", "x#1"], normal.Concat(new Dataset("x", [3], new float[6], new int[2])).Groups);
        Assert.Null(normal.Grouped(null).OfClasses(0).Groups);
        Failure.Contains<InputException>("a group for each of 3 samples, found 1", () => normal.Grouped(["a"]));
        Failure.Contains<InputException>("at least 2 groups", () => Detector.HoldOut(Grouped(30), new IsolationForestOptions()));
    }

    [Fact]
    public void What_groups_promise_is_kept_in_the_file_and_belongs_to_the_fit()
    {
        var (normal, options) = (Grouped([.. Enumerable.Repeat(20, 20)]), new IsolationForestOptions { Trees = 10 });
        using var detector = options.FitOn(normal);
        detector.Save(folder["model.lis"]);
        using var loaded = Detector.Load(folder["model.lis"]);
        Assert.Equivalent(detector.Provenance, loaded.Provenance, strict: true);
        Assert.Equal((20, 2), (loaded.Provenance.Groups, loaded.Provenance.HeldOutGroups));
        Assert.Equal((40, 2, 1.0 / 3, 1.0 / 41),
            (loaded.Calibration.Scores.Length, loaded.Calibration.Groups, loaded.Calibration.PromisedRate, loaded.Calibration.LeastRate));
        Assert.Equal(new Calibration([1, 2]).Deviation(0.05), loaded.Calibration.Deviation(0.05));

        // Which sample is in which group decides the split, their names do not; and without groups nothing is said of them.
        FitDescription Of(Dataset set) => FitDescription.Of(options, Provenance.Describe(set, null));
        Assert.Equal(Of(normal), Of(normal.Grouped([.. normal.Groups!.Select(g => $"of {g}")])));
        Assert.Equal("groupFingerprint", Of(normal).Difference(Of(normal.Grouped([.. normal.Groups!.Skip(1), "g0"])))!.Value.Name);
        Assert.DoesNotContain("roup", Of(normal.Grouped(null)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Paths_of_images_tell_their_groups()
    {
        foreach (string name in new[] { "a/cam1_01.png", "a/cam1_02.png", "b/cam1_03.png", "b/cam2_01.png" })
        {
            folder.Write($"images/{name}", PngFile.Of(4, 4, colour: false, (y, x) => ((byte)(y * x), 0, 0)));
        }

        Dataset Open(string? group) => Sources.Open(folder["images"], new ReadOptions { Group = group });
        Assert.Null(Open(null).Groups);
        Assert.Equal(["a", "a", "b", "b"], Open("folder").Groups);
        Assert.Equal(["cam1", "cam1", "cam1", "cam2"], Open("([^/]*)_[0-9]+").Groups);
        Assert.Equal(4, Open("^(.*)/.*_([0-9]+)").Groups!.Distinct().Count());
        void Refused(string part, string group) =>
            Failure.Contains<InputException>(part, () => Open(group));
        Refused("b/cam2_01.png: expected a path that matches --group \"(cam1)\"", "(cam1)");
        Refused("a part in brackets", "cam");
        Refused("expected folder, or a regular expression", "(cam");
    }

    [Fact]
    public void A_column_of_a_table_tells_groups_and_is_no_number_of_the_samples()
    {
        File.WriteAllLines(folder["t.csv"], ["a,recording,b", "1,r1,10", "2,r1,20", "3,r2,30"]);
        File.WriteAllLines(folder["plain.csv"], ["1,10,7", "2,20,7", "3,30,8"]);
        File.WriteAllLines(folder["gap.csv"], ["a,recording,b", "1,r1,10", "2,,20", "3,r2,30"]);
        var table = Sources.Open(folder["t.csv"], new ReadOptions { Group = "recording" });
        Assert.Equal(["r1", "r1", "r2"], table.Groups);
        Assert.Equal(["a", "b"], table.Columns);
        Assert.Equal([1, 10, 2, 20, 3, 30], table.ToFloats());
        Assert.Equal(["7", "7", "8"], Sources.Open(folder["plain.csv"], new ReadOptions { Group = "3" }).Groups);
        Assert.Equal("[2]", Sources.Open(folder["plain.csv"], new ReadOptions { Group = "3" }).SampleShape.ToString());
        void Refused(string part, string file, string group) =>
            Failure.Contains<InputException>(part, () => Sources.Open(folder[file], new ReadOptions { Group = group }));
        Refused("expected a column film, found a, recording, b", "t.csv", "film");
        Refused("expected a group in line 3, cell 2, found nothing", "gap.csv", "recording");
    }
}
