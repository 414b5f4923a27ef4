using System.Globalization;
using LisNative.Data;
using LisNative.Data.Synthetic;
using LisNative.Numerics;
using LisNative.Random;

namespace LisNative.Features;

/// <summary>A method that has learnt what is normal at a place: it scores each place of a picture, and the picture by its worst.</summary>
/// <param name="extractor">What there is at a place.</param>
/// <param name="whitening">Of features, which differ in scale and go together; null for patches.</param>
/// <param name="method">Learnt from places.</param>
/// <param name="owned">Whether the extractor is this model's to dispose.</param>
internal sealed class PlaceModel(FeatureExtractor extractor, Whitening? whitening, Model method, bool owned)
    : Model([.. method.State, .. whitening is null ? [] : new[] { (MeanName, whitening.Mean), (MatrixName, whitening.Matrix) }])
{
    private const string MeanName = "features.mean", MatrixName = "features.whitening", ShareName = "features.share",
        CommonName = "features.common", BorderName = "features.border";

    /// <summary>Numbers of places that a method learns from, and that are scored at once, at most.</summary>
    private const long MostLearnt = 1L << 24, MostAtOnce = 1L << 23;

    /// <summary>Pictures that choose how scores of places become a picture's, and those with faults drawn on them.</summary>
    private const int Choosing = 64, Drawn = 128;

    private const string Counted = "pictures";

    /// <summary>Copies of a picture that there are at once where it is decoded, cut, and kept with the model to test it by.</summary>
    private const int Copies = 8;

    private PictureScore ofPicture = PictureScore.Usual;

    /// <summary>By score; none where no normal pictures were held out.</summary>
    private readonly Dictionary<string, BorderScale> borders = [];

    internal override IReadOnlyList<string> ScoreNames => method.ScoreNames;

    internal bool TakesAnyPicture => extractor.TakesAnyPicture;

    internal override string? OnHost => "looks at places of pictures (--patches, --features)";

    /// <summary>Learns from places of pictures: from all, or from as many of each picture as there is room for.</summary>
    internal static PlaceModel Fit(FeatureExtractor extractor, FitContext context, Func<FitContext, Model> learn)
    {
        Whitening? whitening = null;
        var normal = Places("features", extractor, context.Normal, context, context.Random.FoldIn(Streams.Places), places =>
        {
            context.Report("whitening", 0, 1);
            return whitening = extractor.Place.Rank == 1 ? Whitening.OfFeatures(context.Device, places) : null;
        });
        var negatives = context.Negatives is null ? null
            : Places("features of negatives", extractor, context.Negatives, context, context.Random.FoldIn(Streams.NegativePlaces),
                _ => whitening);
        var method = learn(context with
        {
            Normal = normal,
            IsWhitened = whitening is not null,
            Negatives = negatives,
            Memory = Math.Max(0, context.Memory - context.Plan.Samples),
        });
        return new(extractor, whitening, method, owned: false) { History = method.History, Chosen = method.Chosen };
    }

    internal static PlaceModel Load(Device device, FeatureExtractor extractor, SafeTensors file, Model method)
    {
        int length = extractor.Place.Count;
        var whitening = extractor.Place.Rank != 1 ? null : new Whitening(
            file.Get(MeanName, [1, length]).ToTensor(device), file.Get(MatrixName, [length, length]).ToTensor(device), 0);
        var model = new PlaceModel(extractor, whitening, method, owned: true)
        {
            ofPicture = new(file.Get(ShareName, [1]).ToFloats()[0],
                file.Tensors.ContainsKey(CommonName) ? file.Get(CommonName, [1]).ToFloats()[0] : null),
        };
        if (file.Tensors.ContainsKey(BorderName))
        {
            float[][] rows = [.. file.Get(BorderName, [2 * method.ScoreNames.Count, BorderScale.Distances]).ToFloats()
                .Chunk(BorderScale.Distances)];
            foreach (var (name, row) in method.ScoreNames.Zip(rows.Chunk(2)))
            {
                model.borders[name] = new(row[0], row[1]);
            }
        }

        return model;
    }

    /// <summary>
    /// Learns from normal pictures that were not learnt from how places score by their distance from the border, and makes of places a
    /// picture's score as these pictures are best told from the same with faults drawn on them.
    /// </summary>
    internal void Calibrate(Dataset heldOut, FitContext context)
    {
        if (heldOut.Count < 2 || extractor.GridOf(heldOut.SampleShape) is { Count: 1 })
        {
            return;
        }

        var some = heldOut.Head(Choosing);
        var grid = extractor.GridOf(heldOut.SampleShape);
        bool takesFaults = SyntheticNegatives.TakesFaults(heldOut);
        int done = 0, all = (some.Count * ScoreNames.Count) + (takesFaults ? Drawn : 0);
        float[][] good = [];
        foreach (string name in ScoreNames.Reverse())
        {
            good = Scores(some, name);
            borders[name] = BorderScale.Fit(grid, good);
        }

        if (takesFaults)
        {
            good = Array.ConvertAll(good, map => borders[ScoreNames[0]].Apply(grid, map));
            var faulty = SyntheticNegatives.Make(
                some, Drawn, context.Random.FoldIn(Streams.Aggregate), SyntheticNegatives.Faults);
            ofPicture = PictureScore.Best(good, Scores(faulty, ScoreNames[0]));
        }

        float[][] Scores(Dataset pictures, string name) => [.. PlaceScores(pictures, name).Select(places =>
        {
            context.Report("features of pictures held out", ++done, all, Counted);
            return places;
        })];
    }

    /// <summary>Places of pictures, whitened where they lie.</summary>
    private static Dataset Places(
        string phase, FeatureExtractor extractor, Dataset pictures, FitContext context, Philox random,
        Func<Dataset, Whitening?> whitening)
    {
        var grid = extractor.GridOf(pictures.SampleShape);
        int places = grid.Count, size = extractor.Place.Count,
            each = Math.Min(places, Dataset.RowsWithin(MostLearnt, (long)pictures.Count * size));
        int[][] wanted = [.. Enumerable.Range(0, pictures.Count).Select(row => Wanted(
            pictures.Changed is null ? [.. Enumerable.Range(0, places)] : grid.Within(pictures.Changed(row), pictures.SampleShape[2]),
            each, random.FoldIn((ulong)row)))];
        int count = wanted.Sum(w => w.Length), atOnce = Dataset.RowsWithin(MostAtOnce, (long)places * size), at = 0;
        var chosen = new float[Dataset.Numbers(pictures.Name, extractor.Place, count)];
        for (int start = 0; start < pictures.Count; start += atOnce)
        {
            context.Report(phase, start, pictures.Count, Counted);
            if (atOnce == 1)
            {
                extractor.ExtractSome(One(pictures, start), wanted[start]).CopyTo(chosen, at);
                at += wanted[start].Length * size;
                continue;
            }

            int[] rows = [.. Enumerable.Range(start, Math.Min(atOnce, pictures.Count - start))];
            float[] all = extractor.Extract(pictures, rows);
            foreach (int row in rows)
            {
                foreach (int place in wanted[row])
                {
                    all.AsSpan((((row - start) * places) + place) * size, size).CopyTo(chosen.AsSpan(at));
                    at += size;
                }
            }
        }

        context.Report(phase, pictures.Count, pictures.Count, Counted);
        // The places of a picture, or of a group of pictures, stay together when some are set aside.
        string[] groups = [.. wanted.SelectMany((w, row) =>
            Enumerable.Repeat(pictures.Groups?[row] ?? row.ToString(CultureInfo.InvariantCulture), w.Length))];
        var set = new Dataset(pictures.Name, extractor.Place, chosen, new int[count]) { Groups = groups };
        whitening(set)?.Apply(chosen);
        return set;
    }

    private static Dataset One(Dataset pictures, int row) => pictures.Select([row]).Held();

    /// <summary>How many places are learnt from of so many pictures, and the bytes that they and extracting them take.</summary>
    internal static (int Count, long Bytes) Learnt(FeatureExtractor extractor, Shape picture, int pictures)
    {
        int size = extractor.Place.Count, each = Math.Min(
            extractor.GridOf(picture).Count, Dataset.RowsWithin(MostLearnt, (long)pictures * size));
        long count = Math.Min((long)pictures * each, int.MaxValue);
        return ((int)count,
            sizeof(float) * ((count * size) + MostAtOnce + ((long)Copies * picture.Count)));
    }

    private static int[] Wanted(int[] places, int most, Philox random) =>
        places.Length <= most ? places : [.. random.Permutation(places.Length).Take(most).Select(i => places[i])];

    internal override float[] Score(Dataset prepared, string score) =>
        [.. PlaceScores(prepared, score).Select(places => ofPicture.Of(places))];

    internal override void Score(ReadOnlySpan<float> prepared, Shape sample, Span<float> scores) =>
        Score(new Dataset(nameof(Score), sample, prepared.ToArray(), new int[scores.Length]), ScoreNames[0]).CopyTo(scores);

    /// <summary>For each picture its score, and the scores of its places, one for each of its pixels.</summary>
    internal IEnumerable<(float Score, float[] Map)> Maps(Dataset prepared)
    {
        var (shape, grid) = (prepared.SampleShape, extractor.GridOf(prepared.SampleShape));
        return PlaceScores(prepared, ScoreNames[0]).Select(places => (ofPicture.Of(places), grid.Enlarge(places, shape[1], shape[2])));
    }

    /// <summary>For each picture the scores of its places.</summary>
    private IEnumerable<float[]> PlaceScores(Dataset pictures, string score)
    {
        var grid = extractor.GridOf(pictures.SampleShape);
        int atOnce = Dataset.RowsWithin(MostAtOnce, (long)grid.Count * extractor.Place.Count);
        var border = borders.GetValueOrDefault(score);
        foreach (int[] rows in Enumerable.Range(0, pictures.Count).Chunk(atOnce))
        {
            float[] scores = atOnce > 1 ? Scores(extractor.Extract(pictures, rows))
                : [.. extractor.InParts(One(pictures, rows[0]), Dataset.RowsWithin(MostAtOnce, extractor.Place.Count)).SelectMany(Scores)];
            foreach (float[] places in (border?.Apply(grid, scores) ?? scores).Chunk(grid.Count))
            {
                yield return places;
            }
        }

        float[] Scores(float[] values)
        {
            values = whitening?.Apply(values) ?? values;
            return method.Score(new(pictures.Name, extractor.Place, values, new int[values.Length / extractor.Place.Count]), score);
        }
    }

    internal override void AddTo(SafeTensors file)
    {
        method.AddTo(file);
        extractor.AddTo(file);
        file.Add(ShareName, [1], [ofPicture.Share]);
        if (ofPicture.Highest is { } highest)
        {
            file.Add(CommonName, [1], [highest]);
        }

        if (borders.Count > 0)
        {
            file.Add(BorderName, [2 * borders.Count, BorderScale.Distances],
                [.. ScoreNames.SelectMany(name => (float[])[.. borders[name].Mean, .. borders[name].Deviation])]);
        }

        if (whitening is not null)
        {
            file.Add(MeanName, whitening.Mean);
            file.Add(MatrixName, whitening.Matrix);
        }
    }

    public override void Dispose()
    {
        method.Dispose();
        base.Dispose();
        if (owned)
        {
            extractor.Dispose();
        }
    }
}
