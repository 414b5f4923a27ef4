using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LisNative.Data;
using LisNative.Experiments;
using LisNative.Training;

namespace LisNative.Cli;

/// <summary>
/// The method and its settings as command-line options: those used most by their own name, every other by --set name=value.
/// </summary>
/// <param name="trains">Whether the verb trains, so that its time can be bounded.</param>
internal sealed class MethodOptions(bool trains = true)
{
    private readonly Option<double> minutes = new("--minutes")
    {
        Description = "Bound on the time of training that ends by convergence, in minutes: what comes of it depends on the machine.",
        CustomParser = Common.Number,
    };
    /// <summary>How vectors are standardised.</summary>
    internal Option<string?> Scale { get; } = Common.Named<Scaling>("--scale",
        "How vectors are standardised by the normal data: standard, by mean and deviation; robust, by median and quartiles, which a few "
        + "far values do not move.");
    private readonly Option<string> method = new("--method")
    { Description = "How to find anomalies; lisnative methods lists the names.", DefaultValueFactory = _ => "lis-ae" };
    private readonly Option<string[]> set = new("--set")
    { Description = "Any setting of the method as NAME=VALUE; may be repeated. lisnative methods NAME lists them." };
    private readonly Option<string?>[] named =
    [
        New("latent", "Size z of the latent layer."),
        New("width1", "Channels of the outer convolutions."),
        New("width2", "Channels of the inner convolutions."),
        New("beta", "Weight β of the negative term."),
        New("gamma", "lis-ae: error γ wanted for negatives; oc-svm: γ of its kernel."),
        New("linsep", "Weight of the separability loss in phase 1; 0 leaves it out."),
        New("epochs1", "Passes over the normal data in phase 1; auto trains until held-out data gain no more."),
        New("epochs2", "Passes over the normal data in phase 2; auto likewise."),
        New("batch", "Samples a step."),
        New("rate1", "Peak learning rate of phase 1."),
        New("rate2", "Peak learning rate of phase 2."),
        New("seed", "Decides weights, orders and augmentation."),
    ];

    internal IReadOnlyList<Option> All => [method, .. named, set, .. trains ? new Option[] { minutes, Scale } : []];

    /// <summary>The bound on the time; null where none is given.</summary>
    /// <exception cref="InputException">It cannot bound the method.</exception>
    internal TimeLimit? Limit(ParseResult parsed, DetectorOptions options) =>
        parsed.IsGiven(minutes) ? new TimeLimit(parsed.GetValue(minutes)).For(options) : null;

    /// <summary>Whether neither a method is named nor anything said of it but its seed.</summary>
    internal bool IsOpen(ParseResult parsed) => !parsed.IsGiven(method) && parsed.GetValue(set) is null or []
        && named.All(o => o.Name == "--seed" || parsed.GetValue(o) is null);

    /// <summary>How some normal data are standardised.</summary>
    /// <exception cref="InputException">They are images, which are not.</exception>
    internal Scaling Scaling(ParseResult parsed, Dataset normal) =>
        normal.SampleShape.Rank == 1 || !parsed.IsGiven(Scale)
            ? Enum.Parse<Scaling>(parsed.GetValue(Scale)!, ignoreCase: true)
            : throw new InputException(Scale.Name, $"expected vectors to standardise, found {normal.Name}");

    /// <summary>The method, and its settings: those given here, over those of a known data set, over the defaults.</summary>
    internal (Method Method, DetectorOptions Options) Read(ParseResult parsed, string? dataset = null)
    {
        var chosen = Methods.Get(parsed.GetValue(method)!);
        var settings = dataset is null ? [] : Settings.Own.Given(chosen, dataset);
        foreach (var option in named)
        {
            if (parsed.GetValue(option) is { } value)
            {
                settings[Setting(option)] = Value(value);
            }
        }

        var given = named.Where(o => parsed.GetValue(o) is not null).Select(Setting).ToHashSet(StringComparer.Ordinal);
        foreach (string assignment in parsed.GetValue(set) ?? [])
        {
            string[] parts = assignment.Split('=', 2);
            if (parts.Length < 2 || !given.Add(parts[0]))
            {
                throw new InputException("--set", parts.Length < 2 ? $"expected NAME=VALUE, found {assignment}"
                    : $"expected {parts[0]} once, found it twice");
            }

            settings[parts[0]] = Value(parts[1]);
        }

        return (chosen, chosen.Read(JsonSerializer.SerializeToElement(settings)));
    }

    private static string Setting(Option<string?> option) => option.Name == "--linsep" ? "linSep" : option.Name[2..];

    /// <summary>A setting's value; auto is none, for what is chosen from the data.</summary>
    private static JsonNode? Value(string text) =>
        text == "auto" ? null
        : bool.TryParse(text, out bool truth) ? truth
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole) ? whole
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number
        : text;

    private static Option<string?> New(string name, string description) => new($"--{name}") { Description = description };
}
