namespace LisNative;

/// <summary>
/// The one-class support vector machine (Schölkopf et al. 2001) with the kernel k(x, y) = exp(−γ‖x − y‖²), for which it orders samples as
/// support vector data description (Tax, Duin 2004) does; the score is ρ − Σⱼ αⱼ·k(xⱼ, x). Beyond <see cref="Exact"/> samples it is linear
/// in random Fourier features.
/// </summary>
public sealed record OneClassSvmOptions : DetectorOptions
{
    /// <summary>ν, bounds the share of normal samples left outside from above and that of support vectors from below.</summary>
    public double Nu { get; init; } = 0.1;

    /// <summary>γ of the kernel; null for 1 / (d · variance of all elements), which needs no labels.</summary>
    public double? Gamma { get; init; }

    /// <summary>Training samples up to which the kernel is exact.</summary>
    public int Exact { get; init; } = 10000;

    /// <summary>Random Fourier features beyond that.</summary>
    public int Features { get; init; } = 2048;

    /// <summary>Mebibytes of kernel rows kept while solving.</summary>
    public int Cache { get; init; } = 256;

    internal override void Check()
    {
        base.Check();
        Require(Nu is > 0 and <= 1, Nu, "in (0, 1]");
        Require(Gamma is null or > 0, Gamma, "above 0");
        Require(Exact >= 0, Exact, "at least 0");
        Require(Features is >= 1 and <= 1_000_000, Features, "from 1 to 1000000");
        Require(Cache >= 1, Cache, "at least 1");
    }

    internal override string MethodName => OneClassSvm.Name;

    internal override Model Learn(FitContext context) => OneClassSvm.Fit(context, this);

    internal override Model Load(Device device, Shape sample, SafeTensors file) => OneClassSvm.Load(device, sample, file, this);
}
