using LisNative.Memory;
using LisNative.Numerics;

namespace LisNative;

/// <summary>The one-class support vector machine: exact of few samples, linear in random features of many.</summary>
internal static class OneClassSvm
{
    internal const string Name = "oc-svm";

    internal static Model Fit(FitContext context, OneClassSvmOptions options)
    {
        var rows = PrincipalComponents.Rows(context.Device, context.Normal);
        CheckFeatures(options.Features, rows.Shape[1]);
        double gamma = options.Gamma ?? Scale(rows);
        var chosen = options with { Gamma = gamma };
        return context.Normal.Count <= options.Exact ? KernelMachine.Fit(context, rows, gamma, chosen)
            : LinearMachine.Fit(context, rows, gamma, chosen);
    }

    internal static Model Load(Device device, Shape sample, SafeTensors file, OneClassSvmOptions options)
    {
        var rho = file.Get("rho", [1]).ToTensor(device);
        if (file.Tensors.ContainsKey("features.weight"))
        {
            return LinearMachine.Load(device, sample, file, rho, options.Features);
        }

        double gamma = options.Gamma ?? throw new InputException(nameof(options.Gamma), "expected a number, found none");
        return KernelMachine.Load(device, sample, file, rho, gamma);
    }

    /// <summary>Refuses more random features than one tensor of their weights has room for.</summary>
    /// <exception cref="InputException">They are more.</exception>
    internal static void CheckFeatures(int features, int length)
    {
        if ((long)features * length > Array.MaxLength)
        {
            throw new InputException(
                nameof(OneClassSvmOptions.Features),
                $"expected at most {Array.MaxLength / length} for samples of {length} numbers, found {features}");
        }
    }

    /// <summary>1 / (d · variance): distances then count in units of the data's own spread; without any, as they are.</summary>
    internal static double Scale(Tensor rows)
    {
        using var noGrad = new NoGrad();
        using var scope = new Scope();
        Var all = rows;
        double variance = (all - all.Mean()).Square().Mean().Value.Item();
        return 1 / (rows.Shape[1] * (variance > 1e-12 ? variance : 1));
    }
}
