using System.CommandLine;
using LisNative.Training;

namespace LisNative.Cli;

/// <summary>The settings of <see cref="LisOptions"/> as command-line options; what is not given keeps its default.</summary>
internal sealed class TrainingOptions
{
    private static readonly LisOptions Defaults = new();

    private readonly Option<int> latent = New("--latent", "Size z of the latent layer.", Defaults.Latent);
    private readonly Option<int> width1 = New("--width1", "Channels of the outer convolutions.", Defaults.Width1);
    private readonly Option<int> width2 = New("--width2", "Channels of the inner convolutions.", Defaults.Width2);
    private readonly Option<double> beta = New("--beta", "Weight β of the negative term.", Defaults.Beta);
    private readonly Option<double?> gamma = new("--gamma") { Description = "Error γ wanted for negatives; three times the error of the mean normal sample by default." };
    private readonly Option<double> linSep = New("--linsep", "Weight of the separability loss in phase 1; 0 leaves it out.", Defaults.LinSep);
    private readonly Option<int> epochs1 = New("--epochs1", "Passes over the normal data in phase 1.", Defaults.Epochs1);
    private readonly Option<int> epochs2 = New("--epochs2", "Passes over the normal data in phase 2.", Defaults.Epochs2);
    private readonly Option<int> batch = New("--batch", "Samples a step.", Defaults.Batch);
    private readonly Option<double> rate1 = New("--rate1", "Peak learning rate of phase 1.", Defaults.Rate1);
    private readonly Option<double> rate2 = New("--rate2", "Peak learning rate of phase 2.", Defaults.Rate2);
    private readonly Option<ulong> seed = Common.Seed();

    internal void AddTo(Command command)
    {
        foreach (var option in new Option[] { latent, width1, width2, beta, gamma, linSep, epochs1, epochs2, batch, rate1, rate2, seed })
        {
            command.Options.Add(option);
        }
    }

    internal LisOptions Read(ParseResult parsed) => new()
    {
        Latent = parsed.GetValue(latent),
        Width1 = parsed.GetValue(width1),
        Width2 = parsed.GetValue(width2),
        Beta = parsed.GetValue(beta),
        Gamma = parsed.GetValue(gamma),
        LinSep = parsed.GetValue(linSep),
        Epochs1 = parsed.GetValue(epochs1),
        Epochs2 = parsed.GetValue(epochs2),
        Batch = parsed.GetValue(batch),
        Rate1 = parsed.GetValue(rate1),
        Rate2 = parsed.GetValue(rate2),
        Seed = parsed.GetValue(seed),
    };

    private static Option<T> New<T>(string name, string description, T value) =>
        new(name) { Description = $"{description} Default {value}.", DefaultValueFactory = _ => value };
}
