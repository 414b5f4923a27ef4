using LisNative.Data;
using LisNative.Layers;
using LisNative.Memory;
using LisNative.Models;
using LisNative.Scoring;
using LisNative.Training;

namespace LisNative;

/// <summary>
/// The latent-insensitive autoencoder (Battikh, Lenskiy 2022): phase 1 trains an autoencoder on normal data; phase 2 freezes all but
/// its latent layer and lowers the error on normal data while raising it to γ on negative examples. Scores are reconstruction
/// errors ‖x̂ − x‖₂: higher is more anomalous.
/// </summary>
/// <example><code>
/// using var detector = LisAutoencoder.Fit(Device.Cpu, normal, negatives, new LisOptions { Latent = 16 });
/// float[] scores = detector.Score(samples);
/// </code></example>
public sealed partial class LisAutoencoder : IDisposable
{
    private const int ScoreBatch = 256;

    private readonly Device device;
    private readonly Linear phase1Latent;
    private readonly Scaler? scaler;
    private readonly float[] heldOutScores;

    private LisAutoencoder(Device device, Autoencoder network, Linear phase1Latent, Scaler? scaler, float[] heldOutScores, LisOptions options)
    {
        (this.device, Network, this.phase1Latent, this.scaler, this.heldOutScores, Options) = (device, network, phase1Latent, scaler, heldOutScores, options);
    }

    /// <summary>The network, its latent layer as phase 2 left it.</summary>
    public Autoencoder Network { get; }

    /// <summary>The settings it was trained with; γ filled in.</summary>
    public LisOptions Options { get; }

    /// <summary>What the check after training found; null for a loaded model.</summary>
    public Health? Health { get; private init; }

    /// <summary>The loss of every step of both phases; empty for a loaded model.</summary>
    public (IReadOnlyList<double> Phase1, IReadOnlyList<double> Phase2) Losses { get; private init; } = ([], []);

    /// <summary>‖x̂ − x‖₂ of every sample; higher is more anomalous.</summary>
    /// <exception cref="InputException">The samples have another shape than the model's, or images leave [0, 1].</exception>
    public float[] Score(Dataset samples) => Score(samples, Network.Latent);

    /// <summary>The scores of the plain autoencoder: the same network before phase 2.</summary>
    /// <inheritdoc cref="Score(Dataset)" path="/exception"/>
    public float[] ScoreAutoencoder(Dataset samples) => Score(samples, phase1Latent);

    /// <summary>The threshold α that normal samples exceed with at most the given probability, from normal data held out of training.</summary>
    /// <exception cref="InputException">No normal data were held out.</exception>
    public float Threshold(double falseAlarmRate) => heldOutScores.Length == 0
        ? throw new InputException(nameof(Threshold), "expected normal data held out of training, found none")
        : Metrics.Threshold(heldOutScores, falseAlarmRate);

    /// <summary>Reconstructions of the first samples, [count · sample]: by the plain autoencoder, and by the LIS-AE.</summary>
    /// <inheritdoc cref="Score(Dataset)" path="/exception"/>
    public (float[] Autoencoder, float[] Lis) Reconstruct(Dataset samples)
    {
        var (prepared, rows) = (Prepare(samples), Enumerable.Range(0, samples.Count).ToArray());
        return Gradient.Pause(() =>
        {
            using var scope = new Scope();
            Var features = Network.Encoder.Forward(prepared.Batch(device, rows));
            return (Decode(features, phase1Latent).Value.ToArray(), Decode(features, Network.Latent).Value.ToArray());
        });
    }

    /// <summary>Returns the network's memory.</summary>
    public void Dispose()
    {
        Network.Dispose();
        phase1Latent.Dispose();
    }

    private Var Decode(Var features, Linear latent) => Network.Decoder.Forward(latent.Forward(features));

    private float[] Score(Dataset samples, Linear latent) => Errors(device, Network, latent, Prepare(samples));

    /// <summary>‖x̂ − x‖₂ of every prepared sample, with a given latent layer.</summary>
    private static float[] Errors(Device device, Autoencoder network, Linear latent, Dataset prepared)
    {
        var errors = new float[prepared.Count];
        for (int start = 0; start < errors.Length; start += ScoreBatch)
        {
            int[] rows = [.. Enumerable.Range(start, Math.Min(ScoreBatch, errors.Length - start))];
            Gradient.Pause(() =>
            {
                using var scope = new Scope();
                Var x = prepared.Batch(device, rows);
                var reconstruction = network.Decoder.Forward(latent.Forward(network.Encoder.Forward(x)));
                LisLosses.Error(reconstruction, x).Value.Read(errors.AsSpan(start, rows.Length));
                return 0;
            });
        }

        return errors;
    }

    private Dataset Prepare(Dataset samples) => Prepare(samples, Network.Architecture.Sample, scaler);

    private static Dataset Prepare(Dataset samples, Shape expected, Scaler? scaler)
    {
        if (samples.Sample != expected)
        {
            throw new InputException(samples.Name, $"expected samples {expected}, found {samples.Sample}");
        }

        if (scaler is null && !samples.IsBytes)
        {
            var row = new float[expected.Count];
            for (int i = 0; i < samples.Count; i++)
            {
                samples.Read([i], row);
                if (Array.Find(row, v => v is < 0 or > 1) is not 0 and var outside)
                {
                    throw new InputException(samples.Name, FormattableString.Invariant($"expected pixels in [0, 1], found {outside} in image {i}"));
                }
            }
        }

        return scaler?.Apply(samples) ?? samples;
    }
}
