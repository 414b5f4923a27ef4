using LisNative.Data;
using LisNative.Features;

namespace LisNative;

public sealed partial class Detector
{
    /// <summary>
    /// Why each sample scores as it does: where the error arose, which latent directions reacted, what the nearest normal sample looks
    /// like.
    /// </summary>
    /// <inheritdoc cref="Score(Dataset, string)" path="/exception"/>
    /// <exception cref="InvalidOperationException">The method neither reconstructs nor scores places (<see cref="Explains"/>).</exception>
    public IReadOnlyList<Explanation> Explain(Dataset samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        using var use = Use();
        var prepared = Prepare(samples.WithColumns(Columns?.Names), SampleShape, scaler);
        if (model is PlaceModel places)
        {
            return [.. places.Maps(prepared).Select(p => new Explanation(p.Score, [], Finite(p.Map), [], []))];
        }

        var reconstructs = Reconstructing(nameof(Explain));
        float[] scores = model.Score(prepared, ScoreNames[0]), x = prepared.ToFloats(),
            own = Finite(reconstructs.Encode(prepared, ScoreNames[0]));
        ReplaceNonFinite(scaler is null ? [] : x, scores);
        int size = SampleShape.Count, z = own.Length / prepared.Count;
        float[] again = Finite(reconstructs.Decode(new Dataset("codes", [z], own, new int[prepared.Count]))),
            normal = NearestNormals(reconstructs, prepared);
        return [.. Enumerable.Range(0, prepared.Count).Select(i => new Explanation(
            scores[i],
            Restored(again.AsSpan(i * size, size)),
            ErrorMap(x.AsSpan(i * size, size), again.AsSpan(i * size, size)),
            codes is null ? [] : Restored(normal.AsSpan(i * size, size)),
            codes?.Reactions(own.AsSpan(i * z, z)) ?? []))];
    }

    /// <summary>What the model makes of the samples, [count · sample], standardised where the samples are vectors.</summary>
    /// <inheritdoc cref="Score(Dataset, string)" path="/exception"/>
    /// <exception cref="InvalidOperationException">The method does not reconstruct.</exception>
    public float[] Reconstruct(Dataset samples, string? score = null)
    {
        using var use = Use();
        return Reconstructing(nameof(Reconstruct))
            .Reconstruct(Prepare(samples.WithColumns(Columns?.Names), SampleShape, scaler), Known(score));
    }

    /// <summary>Whether <see cref="Explain"/> shows where in a sample its score arose.</summary>
    public bool Explains => model is ReconstructionModel or PlaceModel;

    /// <summary>
    /// Whether pictures of any size and colour are meant: its network's features were learnt from pictures made its own size and colour,
    /// and so are others to be (<see cref="ReadOptions.Size"/>, <see cref="ReadOptions.Colour"/>).
    /// </summary>
    public bool TakesAnyPicture => model is PlaceModel { TakesAnyPicture: true };

    /// <summary>Whether the method has reconstructions to show.</summary>
    public bool Reconstructs => model is ReconstructionModel;

    private ReconstructionModel Reconstructing(string what) => model as ReconstructionModel
        ?? throw new InvalidOperationException($"{what}: {Methods.Find(Options).Name} scores without reconstructing");

    /// <summary>
    /// For each sample the reconstruction of the held-out normal one whose code is nearest; none when none were held out.
    /// </summary>
    private float[] NearestNormals(ReconstructionModel reconstructs, Dataset prepared)
    {
        if (codes is null)
        {
            return [];
        }

        float[] plain = reconstructs.Encode(prepared, ScoreNames[^1]), nearest = new float[plain.Length];
        int z = plain.Length / prepared.Count;
        for (int at = 0; at < plain.Length; at += z)
        {
            codes.Nearest(plain.AsSpan(at, z)).CopyTo(nearest.AsSpan(at));
        }

        return reconstructs.Decode(new Dataset("nearest normal codes", [z], nearest, new int[prepared.Count]));
    }

    private float[] ErrorMap(ReadOnlySpan<float> x, ReadOnlySpan<float> again)
    {
        var map = new float[SampleShape.Rank == 3 ? SampleShape[1] * SampleShape[2] : SampleShape[0]];
        for (int i = 0; i < x.Length; i++)
        {
            map[i % map.Length] += (again[i] - x[i]) * (again[i] - x[i]);
        }

        return Finite(map);
    }

    /// <summary>
    /// What overflows, for a sample that lies far out, is the largest number of its sign; what is none is 0: explanations are drawn and
    /// written as JSON.
    /// </summary>
    private static float[] Finite(float[] values)
    {
        foreach (ref float value in values.AsSpan())
        {
            value = float.IsNaN(value) ? 0 : Math.Clamp(value, float.MinValue, float.MaxValue);
        }

        return values;
    }

    private float[] Restored(ReadOnlySpan<float> prepared)
    {
        float[] values = prepared.ToArray();
        scaler?.Restore(values);
        return Finite(values);
    }
}
