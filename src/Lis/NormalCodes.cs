using LisNative.Data;

namespace LisNative;

/// <summary>What codes of held-out normal samples are like, to explain others by.</summary>
/// <param name="Plain">Codes [count · z] of the method's last score: for a LIS-AE the autoencoder's, for after phase 2 an anomaly lies
/// beside normal samples that are badly reconstructed.</param>
/// <param name="Usual">Mean and deviation of each direction of the method's own code.</param>
internal sealed record NormalCodes(float[] Plain, Scaler Usual)
{
    private const string PlainName = "calibration.codes", MeanName = "calibration.code.mean", DeviationName = "calibration.code.deviation";
    private const int Most = 512;

    /// <summary>Of some samples; null when there are none, or the method has no codes.</summary>
    internal static NormalCodes? TryCreate(Model model, Dataset heldOut)
    {
        if (model is not ReconstructionModel reconstructs || heldOut.Count == 0)
        {
            return null;
        }

        var some = heldOut.Head(Most);
        float[] own = reconstructs.Encode(some, model.ScoreNames[0]);
        var usual = Scaler.Fit(new Dataset("codes", [own.Length / some.Count], own, new int[some.Count]));
        return new(reconstructs.Encode(some, model.ScoreNames[^1]), Scaler.OfParts(usual.Parts().Rounded, null, usual.Deviation));
    }

    internal static NormalCodes? Load(SafeTensors file)
    {
        if (!file.Tensors.TryGetValue(PlainName, out var plain))
        {
            return null;
        }

        Shape code = [Math.Max(1, plain.Shape.Sizes[^1])];
        return new(file.Get(PlainName, [plain.Shape.Count / code[0], code[0]]).ToFloats(),
            Scaler.OfParts(file.Get(MeanName, code).ToFloats(), null, file.Get(DeviationName, code).ToFloats()));
    }

    internal void AddTo(SafeTensors file)
    {
        int z = Usual.Mean.Length;
        file.Add(PlainName, [Plain.Length / z, z], Plain);
        file.Add(MeanName, [z], Usual.Parts().Rounded);
        file.Add(DeviationName, [z], Usual.Deviation);
    }

    /// <summary>The plain code nearest to one.</summary>
    internal ReadOnlySpan<float> Nearest(ReadOnlySpan<float> code)
    {
        var (best, least) = (0, double.PositiveInfinity);
        for (int at = 0; at + code.Length <= Plain.Length; at += code.Length)
        {
            double distance = 0;
            for (int j = 0; j < code.Length; j++)
            {
                double d = code[j] - Plain[at + j];
                distance += d * d;
            }

            (best, least) = distance < least ? (at, distance) : (best, least);
        }

        return Plain.AsSpan(best, code.Length);
    }

    /// <summary>How far a code lies from the usual, in deviations of each direction.</summary>
    internal float[] Reactions(ReadOnlySpan<float> code)
    {
        float[] reactions = code.ToArray();
        Usual.Apply(reactions);
        return reactions;
    }
}
