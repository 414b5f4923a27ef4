using LisNative.Memory;
using LisNative.Numerics;

namespace LisNative;

/// <summary>The machine of support vectors: ρ − Σⱼ αⱼ·k(xⱼ, x), divided by ν·n.</summary>
internal sealed class KernelMachine(Device device, PointSet vectors, Tensor alpha, Tensor rho, double gamma)
    : TensorModel(device, [.. vectors.State, ("alpha", alpha), ("rho", rho)])
{
    internal override IReadOnlyList<string> ScoreNames { get; } = [OneClassSvm.Name];

    protected override int Compared => vectors.Count;

    internal static KernelMachine Fit(FitContext context, Tensor rows, double gamma, OneClassSvmOptions options)
    {
        int n = rows.Shape[0];
        var points = new PointSet(rows);
        var cache = new RowCache((int)Math.Min(n, ((long)options.Cache << 20) / (4L * n)), i =>
        {
            using var noGrad = new NoGrad();
            using var scope = new Scope();
            return (points.SquaredDistances(rows.Slice(0, i, 1)) * -gamma).Exp().Value.ToArray();
        });
        var (alpha, rho) = OneClassSolver.Solve(n, options.Nu, i => cache[i], step => context.Report("solving", step, 0));
        int[] vectors = [.. Enumerable.Range(0, n).Where(i => alpha[i] > 0)];
        double[] shares = [.. vectors.Select(i => alpha[i] / (options.Nu * n))];
        var device = context.Device;
        var (weights, offset) = (device.From(shares, [shares.Length, 1]), device.Full([1], rho / (options.Nu * n)));
        return new(device, new PointSet(rows.Gather(vectors)), weights, offset, gamma) { Chosen = options };
    }

    internal static KernelMachine Load(Device device, Shape sample, SafeTensors file, Tensor rho, double gamma)
    {
        var vectors = PointSet.Load(device, file, sample.Count);
        return new(device, vectors, file.Get("alpha", [vectors.Count, 1]).ToTensor(device), rho, gamma);
    }

    internal override Var Forward(Var x, string score) => rho - Var.MatMul((vectors.SquaredDistances(x.Flatten()) * -gamma).Exp(), alpha);
}
