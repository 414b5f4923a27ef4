namespace LisNative;

/// <summary>Every method: one line each.</summary>
public static class Methods
{
    /// <summary>All of them: first those that learn from negatives, then networks, then classical ones.</summary>
    public static IReadOnlyList<Method> All { get; } =
    [
        new("auto", "what is advised where nothing is known: LIS-AEs, on tables joined with the local outlier factor", true,
        new AutoOptions()),
        new("lis-ae", "latent-insensitive autoencoder: an autoencoder whose latent layer then learns to fail on negatives", true,
        new LisOptions()),
        new("linsep-lis-ae", "LIS-AE whose first phase also keeps normal data and negatives linearly separable", true, new LisOptions
        { LinSep = 1 }),
        new("linear-lis", "linear LIS-AE in closed form: principal components, and directions in which negatives stand out", true,
        new LinearLisOptions()),
        new("outlier-exposure", "classifier of normal data against negatives, scored by its log-odds", true, new OutlierExposureOptions()),
        new("deep-exposure", "the same with a deeper network, and pictures shifted and mirrored anew in every step", true,
        new DeepExposureOptions()),
        new("universum", "machine that is large on normal data and near 0 on negatives, its universum", true, new UniversumOptions()),
        new("doc", "features that lie close together for normal data and tell the negatives' classes apart", true,
        new OneClassFeaturesOptions()),
        new("ae", "convolutional autoencoder, scored by its reconstruction error", false, new AutoencoderOptions()),
        new("vae", "variational autoencoder", false, new VaeOptions()),
        new("mem-ae", "autoencoder that decodes mixtures of a learnt memory", false, new MemAeOptions()),
        new("sig-repnn", "replicator network: autoencoder with a quantised code, a sigmoid before its staircase", false, new RepNnOptions
        { Sigmoid = true }),
        new("repnn", "replicator network with the plain staircase of tanh", false, new RepNnOptions()),
        new("deep-svdd", "network that maps normal data near the centre of a sphere", false, new DeepSvddOptions()),
        new("anogan", "generative adversarial network and an encoder into its noise, scored by the image generated anew", false,
        new AnoGanOptions()),
        new("anogan-fm", "AnoGAN, scored by the critic's features too", false, new AnoGanOptions { MatchesFeatures = true }),
        new("linear-ae", "principal components, scored by the distance from their plane", false, new LinearAutoencoderOptions()),
        new("robust-pca", "principal component pursuit, scored by the distance from the plane that is left", false, new RobustPcaOptions()),
        new("knn", "nearest neighbours: the distance from the k-th nearest normal sample", false, new NearestNeighboursOptions()),
        new("lof", "local outlier factor: how much sparser a sample lies than its nearest normal samples do", false,
        new LocalOutlierFactorOptions()),
        new("mahalanobis", "distance from the mean in units of the normal data's covariance, shrunk", false, new MahalanobisOptions()),
        new("pca", "distances from the principal directions, the more the less the normal data vary along them", false, new PcaOptions()),
        new("ecod", "how far out each number lies among those of the normal data, tail by tail, added up", false, new EcodOptions()),
        new("kde", "Gaussian kernel density estimate, bandwidth by cross-validation", false, new KernelDensityOptions()),
        new("oc-svm", "one-class support vector machine with a Gaussian kernel (and so support vector data description)", false,
        new OneClassSvmOptions()),
        new("isolation-forest", "random trees; what few cuts isolate is anomalous", false, new IsolationForestOptions()),
    ];

    /// <summary>The method of a name.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static Method Get(string name) => All.FirstOrDefault(m => m.Name == name)
        ?? throw new InputException("method", $"expected one of {string.Join(", ", All.Select(m => m.Name))}, found \"{name}\"");

    /// <summary>The method that these settings belong to.</summary>
    public static Method Find(DetectorOptions options) => Get(options.MethodName);
}
