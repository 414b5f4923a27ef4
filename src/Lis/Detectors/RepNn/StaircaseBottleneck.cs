namespace LisNative.Models;

/// <summary>
/// The replicator network's staircase of N levels (Hawkins et al. 2002): S(θ) = ½ + 1/(2(N − 1)) · Σ_{j=1}^{N−1} tanh(a·(θ − j/N)), which
/// quantises the code. With a sigmoid before it θ stays in (0, 1), as in the paper's Sig-RepNN.
/// </summary>
internal sealed class StaircaseBottleneck(int levels, double steepness, bool sigmoid) : Bottleneck
{
    private const double Near = 0.01, Flat = 1e-3, MuchFlat = 0.9;

    /// <inheritdoc/>
    public override (Var Code, Var? Penalty) Pass(Var latent)
    {
        var theta = sigmoid ? latent.Sigmoid() : latent;
        var steps = Enumerable.Range(1, levels - 1).Select(j => theta.Affine(steepness, -steepness * j / levels).Tanh())
            .Aggregate((a, b) => a + b);
        return (steps.Affine(0.5 / (levels - 1), 0.5), null);
    }

    /// <summary>Far from every step the staircase is flat and passes no gradient.</summary>
    internal override string? Collapse(Var latent)
    {
        float[] rise = (Forward(latent + Near) - Forward(latent - Near)).Value.ToArray();
        double flat = rise.Count(r => Math.Abs(r) < Flat * Near) / (double)rise.Length;
        return flat > MuchFlat
            ? $"{flat:P0} of the latent values lie on flat parts of the staircase, so almost no gradient reaches the encoder; a lower "
            + "steepness or learning rate may help" : null;
    }
}
