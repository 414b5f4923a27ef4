using LisNative.Data;

namespace LisNative;

public sealed partial class Detector
{
    /// <summary>Codes of normal samples that a model keeps, to explain others by.</summary>
    private const int MostCodes = 512;

    /// <summary>Why each sample scores as it does: where the error arose, which latent directions reacted, what the nearest normal sample looks like.</summary>
    /// <inheritdoc cref="Score(Dataset, string)" path="/exception"/>
    /// <exception cref="InvalidOperationException">The method does not reconstruct.</exception>
    public IReadOnlyList<Explanation> Explain(Dataset samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var reconstructs = Reconstructing(nameof(Explain));
        var prepared = Prepare(samples, Sample, scaler);
        float[] scores = model.Score(prepared, Scores[0]), x = prepared.ToFloats(), again = reconstructs.Reconstruct(prepared, Scores[0]), sampleCodes = reconstructs.Encode(prepared);
        int size = Sample.Count, z = sampleCodes.Length / prepared.Count, n = codes.Length / z;
        int[] nearest = [.. Enumerable.Range(0, n > 0 ? prepared.Count : 0).Select(i => Nearest(sampleCodes.AsSpan(i * z, z)))];
        float[] normal = n == 0 ? [] : reconstructs.Decode(new Dataset("nearest normal codes", [z], [.. nearest.SelectMany(r => codes[(r * z)..((r + 1) * z)])], new int[nearest.Length]));
        var usual = n == 0 ? null : Scaler.Of(new Dataset("normal codes", [z], codes, new int[n]));
        return [.. Enumerable.Range(0, prepared.Count).Select(i => new Explanation(
            scores[i],
            Restored(again.AsSpan(i * size, size)),
            ErrorMap(x.AsSpan(i * size, size), again.AsSpan(i * size, size)),
            n == 0 ? [] : Restored(normal.AsSpan(i * size, size)),
            usual is null ? [] : [.. Enumerable.Range(0, z).Select(j => (sampleCodes[(i * z) + j] - usual.Mean[j]) / usual.Deviation[j])]))];
    }

    /// <summary>The codes of some of the held-out samples, [count · z].</summary>
    private static float[] CodesOf(Model model, Dataset heldOut) => model is ReconstructionModel reconstructs && heldOut.Count > 0
        ? reconstructs.Encode(heldOut.Select(heldOut.Name, [.. Enumerable.Range(0, Math.Min(MostCodes, heldOut.Count))]))
        : [];

    private ReconstructionModel Reconstructing(string what) => model as ReconstructionModel
        ?? throw new InvalidOperationException($"{what}: {Methods.Of(Options).Name} scores without reconstructing");

    private int Nearest(ReadOnlySpan<float> code)
    {
        var (best, least) = (0, double.PositiveInfinity);
        for (int r = 0; r < codes.Length / code.Length; r++)
        {
            double distance = 0;
            for (int j = 0; j < code.Length; j++)
            {
                double d = code[j] - codes[(r * code.Length) + j];
                distance += d * d;
            }

            (best, least) = distance < least ? (r, distance) : (best, least);
        }

        return best;
    }

    private float[] ErrorMap(ReadOnlySpan<float> x, ReadOnlySpan<float> again)
    {
        var map = new float[Sample.Rank == 3 ? Sample[1] * Sample[2] : Sample[0]];
        for (int i = 0; i < x.Length; i++)
        {
            map[i % map.Length] += (again[i] - x[i]) * (again[i] - x[i]);
        }

        return map;
    }

    private float[] Restored(ReadOnlySpan<float> prepared)
    {
        float[] values = prepared.ToArray();
        scaler?.Restore(values);
        return values;
    }
}
