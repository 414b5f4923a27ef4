using LisNative.Data;
using LisNative.Random;
using LisNative.Scoring;
using MathNet.Numerics.LinearAlgebra;

namespace LisNative.Exact;

/// <summary>
/// The exact linear LIS-AE on what the second phase of a deep one works on: the encoder's output h, which both phases' latent layers read.
/// Does the closed form say what phase 2 will do to the latent layer, and what is found then?
/// </summary>
public sealed class InnerLayer
{
    private InnerLayer(
        IReadOnlyDictionary<string, double> auc, IReadOnlyDictionary<string, double> ratios, double overlap, double chance) =>
        (Auc, Ratios, Overlap, Chance) = (auc, ratios, overlap, chance);

    /// <summary>
    /// AUC of unseen normal samples against anomalies: of the deep network after each phase, and of the linear autoencoder and solutions
    /// (a), (b) and (c) on h.
    /// </summary>
    public IReadOnlyDictionary<string, double> Auc { get; }

    /// <summary>
    /// How much more of negatives than of normal samples a change of the latent layer sees, E‖Δh⁻‖² / E‖Δh⁺‖²: phase 2's own, the exact
    /// solution's, and that of a random one.
    /// </summary>
    public IReadOnlyDictionary<string, double> Ratios { get; }

    /// <summary>The share of phase 2's change that lies in as many directions of the exact solution (b) as it has.</summary>
    public double Overlap { get; }

    /// <summary>That share of a random change.</summary>
    public double Chance { get; }

    /// <summary>Computes everything.</summary>
    /// <param name="device">Where the network computes.</param>
    /// <param name="fitted">A LIS-AE with both phases.</param>
    /// <param name="positives">What it learnt from.</param>
    /// <param name="heldOut">Normal samples that it did not see.</param>
    /// <param name="negatives">The negatives that it was shown.</param>
    /// <param name="anomalies">What is to be found.</param>
    /// <param name="random">A start for the minimiser.</param>
    /// <exception cref="InputException">It is no LIS-AE, or the features do not allow it.</exception>
    public static InnerLayer Of(
        Device device, Detector fitted, Dataset positives, Dataset heldOut, Dataset negatives, Dataset anomalies, Philox random)
    {
        ArgumentNullException.ThrowIfNull(fitted);
        if (fitted.Model is not LisAutoencoder network)
        {
            throw new InputException("method", $"expected lis-ae, found {Methods.Find(fitted.Options).Name}");
        }

        Matrix<double> Features(Dataset set)
        {
            float[] values = TensorModel.InBatches(device, set, network.Features);
            return Matrix<double>.Build.DenseOfColumnMajor(values.Length / set.Count, set.Count, values.Select(v => (double)v));
        }

        var (phase1, phase2) = network.LatentWeights;
        var data = new TheorySamples(
            Features(positives), Features(heldOut), Features(negatives), Features(anomalies), phase1.Shape[0]);
        var pca = Pca.Of(data.Positives, data.Latent);
        var components = new Components(pca, data.Positives, data.Negatives);
        var objective = new ShapingObjective(
            TheoryReport.First(components.Positive), TheoryReport.First(components.Negative), TheoryReport.Beta,
            TheoryReport.GammaOf(components));
        var solutions = new Dictionary<string, Matrix<double>>
        { ["autoencoder"] = Matrix<double>.Build.Dense(pca.Uc.ColumnCount, data.Latent) };
        if (components.NegativeOnly.ColumnCount > 0)
        {
            solutions["nullSpace"] = Solutions.NullSpace(components, data.Latent, objective.Gamma);
        }

        var exact = solutions["regularised"] = Solutions.Regularised(components, data.Latent, objective);
        solutions["minimiser"] = Solutions.Minimise(objective, [.. solutions.Values.Skip(1)]);
        double Measured(string score) => Metrics.Auc(fitted.Score(heldOut, score), fitted.Score(anomalies, score));
        var change = EngineTraining.ToMatrix(phase2) - EngineTraining.ToMatrix(phase1);
        var directions = Pca.Basis(pca.Uc * exact);
        double Share(Matrix<double> of) => Squares(of * directions) / Squares(of);
        double Ratio(Matrix<double> of) =>
            Squares(of * data.Negatives) / data.Negatives.ColumnCount / (Squares(of * data.Positives) / data.Positives.ColumnCount);
        var arbitrary = Solutions.Random(change.RowCount, change.ColumnCount, 1, random);
        return new(
            new Dictionary<string, double> { ["phase1"] = Measured("ae"), ["phase2"] = Measured("lis-ae") }
                .Concat(solutions.Select(s => KeyValuePair.Create(s.Key, SolutionChecks.Auc(LinearModel.Create(pca, s.Value), data))))
                .ToDictionary(),
            new Dictionary<string, double>
            {
                ["phase2"] = Ratio(change),
                ["exact"] = Ratio((pca.Uc * solutions["minimiser"]).Transpose()),
                ["random"] = Ratio(arbitrary),
            },
            Share(change),
            Share(arbitrary));
    }

    private static double Squares(Matrix<double> x) => x.FrobeniusNorm() * x.FrobeniusNorm();
}
