using LisNative.Layers;
using LisNative.Training;

namespace LisNative.Models;

/// <summary>What stands between the latent layer and the decoder: the one thing in which the paper's autoencoders differ.</summary>
internal abstract class Bottleneck : Module
{
    /// <summary>Outputs of the latent layer for each element of the code.</summary>
    public virtual int Inputs => 1;

    /// <summary>The code that the decoder sees in training, [batch, z], and what is added to the loss, if anything.</summary>
    /// <param name="latent">The latent layer's output, [batch, z · <see cref="Inputs"/>].</param>
    public abstract (Var Code, Var? Penalty) Pass(Var latent);

    /// <summary>The code when scoring.</summary>
    public override Var Forward(Var x) => Pass(x).Code;

    /// <summary>Before training: what it needs beside the samples is fed with them.</summary>
    internal virtual void BeginTraining(BatchFeeder feeder)
    {
    }

    /// <summary>How the code of normal data has collapsed, by the latent layer's output, in words; null when it has not.</summary>
    internal abstract string? Collapse(Var latent);
}
