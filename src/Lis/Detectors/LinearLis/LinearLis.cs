using LisNative.Numerics;

namespace LisNative;

/// <summary>A mean, a decoder U_r and an encoder E.</summary>
internal sealed class LinearLis(Device device, Shape sample, Tensor mean, Tensor decoder, Tensor encoder)
    : ReconstructionModel(device, [("mean", mean), ("decoder", decoder), ("encoder", encoder)])
{
    internal const string Name = "linear-lis";

    /// <summary>Up to here the decomposition of a covariance takes seconds.</summary>
    internal const int MostNumbers = 1024;

    private const double Rounding = 1e-5;

    private const string Stage = "principal components";

    internal override IReadOnlyList<string> ScoreNames { get; } = [Name, LinearAutoencoder.Name];

    internal static LinearLis Fit(FitContext context, LinearLisOptions options)
    {
        context.Report(Stage, 0, 2);
        using var noGrad = new NoGrad();
        Var normal = PrincipalComponents.Rows(context.Device, context.Normal);
        var mean = normal.Mean([0], keep: true);
        var centred = normal - mean;
        var (values, vectors) = SymmetricEigen.Decompose(Moment(centred));
        context.Report(Stage, 1, 2);
        int found = values.Count(v => v > Rounding * values[0]), rank = options.Rank < found ? options.Rank : found / 2;
        double gamma = options.Gamma ?? (3 * Norms(centred).Average() is > 0 and var g ? g : 1);
        double[][] within = vectors[..rank], shaped = [.. within.Select(u => u.ToArray())];
        if (context.Negatives is not null && rank > 0)
        {
            var outside = Columns(context.Device, vectors[rank..]);
            var positive = Var.MatMul(centred, outside);
            var negative = Var.MatMul(PrincipalComponents.Rows(context.Device, context.Negatives) - mean, outside);
            double[][] directions = Directions(values[rank..], Moment(negative), rank, options);
            double scale = Scale(positive, negative, Columns(context.Device, directions), options.Beta, gamma);
            for (int j = 0; j < directions.Length; j++)
            {
                for (int i = 0; i < directions[j].Length; i++)
                {
                    Vectors.Add(shaped[j], vectors[rank + i], scale * directions[j][i]);
                }
            }
        }

        context.Report(Stage, 2, 2);
        Tensor Basis(double[][] columns) => columns.Length == 0 ? context.Device.Zeros([mean.Value.Count, 1])
            : Columns(context.Device, columns).Value;
        return new(context.Device, context.Normal.SampleShape, mean.Value, Basis(within), Basis(shaped))
        {
            Chosen = options with { Gamma = gamma },
        };
    }

    /// <summary>
    /// Unit vectors v of the generalised problem M⁻v = λM⁺v with M⁺ the diagonal of variances: those of which βλ &gt; 1, by falling λ, one
    /// at least and r at most.
    /// </summary>
    private static double[][] Directions(double[] variances, double[][] negative, int rank, LinearLisOptions options)
    {
        double floor = options.Regularisation * Math.Max(variances.Average(), 1e-12 * negative.Select((r, i) => r[i]).Average());
        double[] white = [.. variances.Select(v => 1 / Math.Sqrt(Math.Max(v, 0) + floor))];
        double[][] whitened = [.. negative.Select((r, i) => r.Select((m, j) => m * white[i] * white[j]).ToArray())];
        var (gains, found) = SymmetricEigen.Decompose(whitened);
        int kept = Math.Clamp(gains.Count(g => options.Beta * g > 1), 1, Math.Min(rank, gains.Length));
        return [.. found.Take(kept).Select(w =>
        {
            double[] v = [.. w.Zip(white, (a, b) => a * b)];
            Vectors.Scale(v, 1 / Vectors.Length(v));
            return v;
        })];
    }

    /// <summary>The s for which equation (1) is least with B = s·V, by golden section over its logarithm (Kiefer 1953).</summary>
    private static double Scale(Var positive, Var negative, Var directions, double beta, double gamma)
    {
        double[] p = Squares(positive), n = Squares(negative), pv = Squares(Var.MatMul(positive, directions)),
            nv = Squares(Var.MatMul(negative, directions));
        double Value(double log)
        {
            double s = Math.Exp(2 * log);
            return p.Zip(pv, (c, v) => Math.Sqrt(c + (s * v))).Average()
                + (beta * n.Zip(nv, (c, v) => Math.Abs(gamma - Math.Sqrt(c + (s * v)))).Average());
        }

        double low = Math.Log(1e-3), high = Math.Log(1e4), golden = (Math.Sqrt(5) - 1) / 2;
        while (high - low > 1e-4)
        {
            double a = high - (golden * (high - low)), b = low + (golden * (high - low));
            (low, high) = Value(a) < Value(b) ? (low, b) : (a, high);
        }

        return Math.Exp((low + high) / 2);
    }

    private static double[][] Moment(Var rows) =>
        [.. (Var.MatMul(rows.Transpose(), rows) / rows.Shape[0]).Value.ToArray<double>().Chunk(rows.Shape[1])];

    private static double[] Squares(Var rows) => rows.Value.SumOfSquares([1]).ToArray<double>();

    private static IEnumerable<double> Norms(Var rows) => Squares(rows).Select(Math.Sqrt);

    private static Var Columns(Device device, double[][] columns) =>
        device.From([.. columns.SelectMany(c => c)], [columns.Length, columns[0].Length]).Transpose().Contiguous();

    internal static LinearLis Load(Device device, Shape sample, SafeTensors file)
    {
        Shape basis = [sample.Count, Math.Max(1, file["decoder"].Shape.Sizes[^1])];
        return new(device, sample, file.Get("mean", [1, sample.Count]).ToTensor(device), file.Get("decoder", basis).ToTensor(device),
            file.Get("encoder", basis).ToTensor(device));
    }

    protected override Var Encode(Var x, string score) => Var.MatMul(x.Flatten() - mean, score == Name ? encoder : decoder);

    protected override Var Decode(Var code) => (Var.MatMul(code, ((Var)decoder).Transpose()) + mean).Reshape([-1, .. sample.Sizes]);
}
