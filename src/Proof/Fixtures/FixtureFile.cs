using System.Text.Json;
using LisNative.Memory;
using LisNative.Proof.Proofs;

namespace LisNative.Proof.Fixtures;

/// <summary>
/// Cases that an independent float64 implementation computed: inputs, outputs, upstream gradients and gradients as tensors of a
/// safetensors file, what they belong to as JSON in its metadata.
/// </summary>
public sealed class FixtureFile
{
    private readonly SafeTensors file;
    private readonly Device device;

    private FixtureFile(SafeTensors file, Device device) => (this.file, this.device) = (file, device);

    /// <summary>Checks every case of every file of a folder on a device.</summary>
    /// <exception cref="InputException">The folder holds no fixtures, or a file is damaged.</exception>
    public static IEnumerable<(string Case, Outcome Outcome)> CheckFolder(string folder, Device device)
    {
        string[] files = Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.safetensors").Order(StringComparer.Ordinal)]
            : [];
        return files.Length == 0 ? throw new InputException(folder, "expected fixture files (*.safetensors), found none")
            : files.SelectMany(f => Check(f, device));
    }

    /// <summary>Checks every case of one file on a device.</summary>
    /// <exception cref="InputException">The file is damaged.</exception>
    public static IEnumerable<(string Case, Outcome Outcome)> Check(string path, Device device)
    {
        var fixture = new FixtureFile(SafeTensors.Read(path), device);
        if (!fixture.file.Metadata.TryGetValue("cases", out string? cases))
        {
            throw new InputException(path, "expected metadata \"cases\", found none");
        }

        using var json = JsonDocument.Parse(cases);
        foreach (var item in json.RootElement.EnumerateArray())
        {
            string name = item.GetProperty("name").GetString()!;
            using var scope = new Scope();
            if (item.GetProperty("op").GetString() == "net")
            {
                foreach (var (part, outcome) in new NetFixture(fixture.file, device).Check())
                {
                    yield return ($"{name}.{part}", outcome);
                }
            }
            else
            {
                yield return (name, fixture.Case(item));
            }
        }
    }

    /// <summary>Bounds: double precision leaves rounding only; single precision is bounded as in the records.</summary>
    internal static double Tolerance(Device device, bool elementwise) =>
        device.Backend.Info.ElementSize == 8 ? 1e-9 : elementwise ? 2e-6 : 2e-5;

    /// <summary>The greatest error, relative to each element or to the greatest one.</summary>
    internal static double Error(Var found, StoredTensor expected, bool elementwise)
    {
        double[] values = expected.ToDoubles();
        double greatest = Math.Max(1e-30, values.Select(Math.Abs).DefaultIfEmpty().Max());
        return found.Shape.Count != expected.Shape.Count ? double.NaN
            : Inputs.Error(found.Value.ToArray<double>(), values, i => elementwise ? Math.Max(1e-30, Math.Abs(values[i])) : greatest);
    }

    private Outcome Case(JsonElement item)
    {
        string op = item.GetProperty("op").GetString()!;
        var attributes = item.TryGetProperty("attributes", out var a) ? a : default;
        bool second = item.TryGetProperty("order", out var order) && order.GetInt32() == 2;
        Var[] x = [.. Names(item, "inputs").Select(n => Var.Leaf(Load(n!)))];
        Var[] upstream = [.. Names(item, "upstream").Select(n => (Var)Load(n!))];
        if (op == "gradient_penalty")
        {
            return Compare(item, GradientPenalty(attributes, x), x, null, elementwise: false);
        }

        if (!second)
        {
            return Compare(item, Operations.Apply(op, attributes, x), x, upstream[0], Operations.IsElementwise(op));
        }

        var y = op == "mul" ? x[0] * x[1] * x[0] : op == "matmul" ? Var.MatMul(x[0], x[1]).Tanh() : Operations.Apply(op, attributes, x);
        var first = Gradient.Compute(y, [x[0]], upstream[0], differentiable: true)[0];
        return Compare(item, first, x, upstream[1], elementwise: false);
    }

    /// <summary>The output and every stated gradient against their tensors.</summary>
    private Outcome Compare(JsonElement item, Var y, Var[] x, Var? upstream, bool elementwise)
    {
        var outcome = new Outcome(0, Tolerance(device, elementwise)).And(Error(y, file[Names(item, "outputs")[0]!], elementwise));
        string?[] names = Names(item, "gradients");
        var gradients = Gradient.Compute(y, x, upstream);
        double slack = Tolerance(device, elementwise) / Tolerance(device, elementwise: false);
        for (int i = 0; i < names.Length; i++)
        {
            // Gradients are sums: they are held to the bound of sums, whatever the operation.
            outcome = names[i] is { } name ? outcome.And(Error(gradients[i], file[name], elementwise: false) * slack) : outcome;
        }

        return outcome;
    }

    /// <summary>mean (‖∂f/∂x‖₂ − 1)² for a critic f of two convolutions and a linear layer (Gulrajani et al. 2017, equation 3).</summary>
    private static Var GradientPenalty(JsonElement attributes, Var[] x)
    {
        var g = new ConvGeometry(attributes.GetProperty("stride").GetInt32(), attributes.GetProperty("padding").GetInt32());
        double slope = attributes.GetProperty("slope").GetDouble();
        var h = Var.Conv2d(Var.Conv2d(x[0], x[1], g).LeakyRelu(slope), x[2], g).LeakyRelu(slope);
        var score = Var.MatMul(h.Flatten(), x[3].Transpose()).Sum();
        var slopeOfF = Gradient.Compute(score, [x[0]], differentiable: true)[0];
        return (slopeOfF.NormPerSample() - 1).Square().Mean();
    }

    private Tensor Load(string name) => file[name].ToTensor(device);

    private static string?[] Names(JsonElement item, string property) =>
        [.. item.GetProperty(property).EnumerateArray().Select(n => n.GetString())];
}
