using LisNative.Random;
using MathNet.Numerics.LinearAlgebra;

namespace LisNative.Exact;

/// <summary>Section 4 of the paper on one set of data: every check, and what the figures show.</summary>
public sealed class TheoryReport
{
    private const ulong PcaStream = 1, LossesStream = 2, ChainStream = 3, ExampleStream = 4, GradientsStream = 5, NullSpaceStream = 6,
        StartStream = 7, TrainingStream = 8;

    private const int Sample = 512, TrainingSteps = 4000, ShapingSteps = 2000;

    internal const double Beta = 1;

    private TheoryReport(TheorySamples data, Pca pca, Matrix<double> b, Components components, double gamma, IReadOnlyList<Check> checks)
    {
        (Data, Pca, B, Gamma, Checks) = (data, pca, b, gamma, checks);
        var tilt = components.NegativeOnly.ColumnCount > 0 ? b.TransposeThisAndMultiply(components.NegativeOnly) : b.Transpose();
        Spectrum = [.. tilt.Svd(computeVectors: false).S];
        Tilt = [.. tilt.RowNorms(2)];
    }

    /// <summary>The samples.</summary>
    public TheorySamples Data { get; }

    /// <summary>The linear autoencoder.</summary>
    public Pca Pca { get; }

    /// <summary>The best minimiser found of equation (1), (m − r) × r: of L-BFGS or of the engine.</summary>
    public Matrix<double> B { get; }

    /// <summary>γ: twice the negatives' mean error under the autoencoder.</summary>
    public double Gamma { get; }

    /// <summary>
    /// Whether negatives leave Col(X⁺); else there is no solution (a), and γ is reached only at the price of the normal samples' error.
    /// </summary>
    public bool HasNullSpace => Auc.ContainsKey("nullSpace");

    /// <summary>Every claim with its number.</summary>
    public IReadOnlyList<Check> Checks { get; }

    /// <summary>
    /// Singular values of BᵀC⁻⊥ (of Bᵀ where C⁺ has full rank): how strongly combinations of latent directions are tilted out of U_r
    /// towards negatives.
    /// </summary>
    public IReadOnlyList<double> Spectrum { get; }

    /// <summary>The norms of its rows: by how much each latent direction u₁ … u_r is tilted.</summary>
    public IReadOnlyList<double> Tilt { get; }

    /// <summary>
    /// AUC of unseen normal samples against anomalies: of the autoencoder, of solutions (a), (b), (c) and of the engine's.
    /// </summary>
    public required IReadOnlyDictionary<string, double> Auc { get; init; }

    /// <summary>Computes everything.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="devices">Whose gradients are held against the closed forms.</param>
    /// <param name="seed">Of random subspaces, directions and the training.</param>
    /// <param name="progress">Told what is computed next.</param>
    /// <param name="cancellation">Between two parts.</param>
    /// <exception cref="InputException">The data do not allow it; the message says what was expected.</exception>
    public static TheoryReport Of(
        TheorySamples data, IReadOnlyList<Device> devices, ulong seed, IProgress<string>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(devices);
        var random = new Philox(seed, 0x7E0);
        var checks = new List<Check>();
        void Add(string part, Func<IEnumerable<Check>> found)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report(part);
            checks.AddRange(found());
        }

        progress?.Report("principal components");
        var pca = Pca.Of(data.Positives, data.Latent);
        if (data.Latent == pca.Rank)
        {
            throw new InputException("r",
                $"expected below the rank of the normal samples, {pca.Rank}: with r = {data.Latent} they have no error that could be "
                + "checked");
        }

        var components = new Components(pca, data.Positives, data.Negatives);
        double gamma = GammaOf(components);
        var (positives, negatives) = (First(data.Positives), First(data.Negatives));
        var objective = new ShapingObjective(
            pca.Uc.TransposeThisAndMultiply(positives), pca.Uc.TransposeThisAndMultiply(negatives), Beta, gamma);

        Add("identities", () =>
        [
            .. IdentityChecks.OfPca(pca, data.Positives, positives, random.FoldIn(PcaStream)),
            .. IdentityChecks.OfLosses(pca, components, First(data.Anomalies), random.FoldIn(LossesStream)),
        ]);
        Add("chain of argmins", () =>
        [
            .. IdentityChecks.OfChain(pca, positives, negatives, Beta, random.FoldIn(ChainStream)),
            IdentityChecks.Stationary(pca, positives, negatives, Beta, gamma),
        ]);
        Add("example in three dimensions", () => ExampleChecks.All(random.FoldIn(ExampleStream)));
        Add("gradients", () => devices.SelectMany(d => GradientChecks.All(d, random.FoldIn(GradientsStream))));

        var solutions = new Dictionary<string, Matrix<double>>
        { ["autoencoder"] = Matrix<double>.Build.Dense(pca.Uc.ColumnCount, data.Latent) };
        if (components.NegativeOnly.ColumnCount > 0)
        {
            solutions["nullSpace"] = Solutions.NullSpace(components, data.Latent, gamma);
            Add("null-space solution", () =>
                SolutionChecks.OfNullSpace(pca, data, components, solutions["nullSpace"], random.FoldIn(NullSpaceStream)));
        }

        progress?.Report("minimisers");
        var regularised = solutions["regularised"] = Solutions.Regularised(components, data.Latent, objective);
        var start = Solutions.Random(pca.Uc.ColumnCount, data.Latent, regularised.FrobeniusNorm() / 10, random.FoldIn(StartStream));
        var engine = solutions["engine"] = EngineTraining.Shaping(
            Device.Cpu, pca, positives, negatives, start, Beta, gamma, ShapingSteps, cancellation);
        var minimiser = solutions["minimiser"] = Solutions.Minimise(
            objective, [.. solutions.Where(s => s.Key is "nullSpace" or "regularised").Select(s => s.Value), start]);
        Add("minimisers compared", () => SolutionChecks.OfMinimisers(pca, objective, regularised, minimiser, engine));
        Add("training the autoencoder", () => SolutionChecks.OfTraining(pca, data.Positives, EngineTraining.Autoencoder(
            Device.Cpu, data.Positives, data.Latent, TrainingSteps, random.FoldIn(TrainingStream), cancellation)));
        return new(data, pca, objective.Value(engine) < objective.Value(minimiser) ? engine : minimiser, components, gamma, checks)
        {
            Auc = solutions.ToDictionary(s => s.Key, s => SolutionChecks.Auc(LinearModel.Create(pca, s.Value), data)),
        };
    }

    /// <summary>Twice the negatives' mean error under the autoencoder.</summary>
    internal static double GammaOf(Components components) => 2 * components.Negative.ColumnNorms(2).Average();

    /// <summary>Enough samples for an objective.</summary>
    internal static Matrix<double> First(Matrix<double> x) => x.SubMatrix(0, x.RowCount, 0, Math.Min(Sample, x.ColumnCount));
}
