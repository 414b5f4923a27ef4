using LisNative.Distributed;
using LisNative.Layers;
using LisNative.Memory;
using LisNative.Random;
using LisNative.Training;
using MathNet.Numerics.LinearAlgebra;

namespace LisNative.Exact;

/// <summary>The same linear models trained by the engine: what the closed forms are held against.</summary>
public static class EngineTraining
{
    private const ulong EncoderStream = 1, DecoderStream = 2, BatchesStream = 3;
    private const int Batch = 512;

    /// <summary>Trains D and E of x̂ = D Eᵀ x on the squared error and returns them; at the optimum D spans U_r.</summary>
    public static LinearModel Autoencoder(
        Device device, Matrix<double> x, int latent, int steps, Philox random, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        using var scope = new Scope();
        int m = x.RowCount, n = x.ColumnCount, size = Math.Min(Batch, n);
        using var encoder = new Parameter(
            device.From(Initialisers.Glorot(m * latent, m, latent, random.FoldIn(EncoderStream)), [m, latent]));
        using var decoder = new Parameter(
            device.From(Initialisers.Glorot(m * latent, latent, m, random.FoldIn(DecoderStream)), [m, latent]));
        var samples = Rows(x);
        var (batch, rows) = (device.Zeros([size, m]), new float[size * m]);
        var order = new BatchOrder(n, size, random.FoldIn(BatchesStream));
        void Load(int step)
        {
            var chosen = order[step];
            for (int i = 0; i < size; i++)
            {
                samples.AsSpan(chosen[i] * m, m).CopyTo(rows.AsSpan(i * m));
            }

            batch.Write<float>(rows);
        }

        Var Loss() => (Var.MatMul(Var.MatMul(batch, encoder), decoder.Transpose()) - batch).Square().Sum() / size;
        Trainer.Run(
            new Phase(
                "linear autoencoder", [("encoder", encoder), ("decoder", decoder)], new LearningRateSchedule(1e-2, 50, steps, 1e-4),
                BatchSlice.Whole(size), Load, Loss),
            cancellation: cancellation);
        return new(ToMatrix(decoder.Value), ToMatrix(encoder.Value));
    }

    /// <summary>
    /// Phase 2 of the linear LIS-AE: B of E = U_r + U_c B by Adam on equation (1), all samples a step. It must not start at B = 0, where
    /// the gradient is 0.
    /// </summary>
    public static Matrix<double> Shaping(
        Device device, Pca pca, Matrix<double> positives, Matrix<double> negatives, Matrix<double> start, double beta, double gamma,
        int steps, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(pca);
        ArgumentNullException.ThrowIfNull(positives);
        ArgumentNullException.ThrowIfNull(start);
        using var scope = new Scope();
        using var b = new Parameter(ToTensor(device, start));
        Tensor decoder = ToTensor(device, pca.Ur), complement = ToTensor(device, pca.Uc),
            x = ToTensor(device, positives.Append(negatives).Transpose());
        Var Loss()
        {
            var encoder = decoder + Var.MatMul(complement, b);
            var reconstruction = Var.MatMul(Var.MatMul(x, encoder), decoder.Transpose());
            return LisLosses.LatentShaping(reconstruction, x, positives.ColumnCount, beta, gamma);
        }

        Trainer.Run(
            new Phase("linear latent shaping", [("b", b)], new LearningRateSchedule(3e-2, 20, steps, 1e-3), BatchSlice.Whole(1), _ => { },
                Loss),
            cancellation: cancellation);
        return ToMatrix(b.Value);
    }

    /// <summary>A matrix on a device, row by row.</summary>
    internal static Tensor ToTensor(Device device, Matrix<double> a) => device.From(a.ToRowMajorArray(), [a.RowCount, a.ColumnCount]);

    /// <summary>A tensor [rows, columns] as a matrix.</summary>
    internal static Matrix<double> ToMatrix(Tensor a) => Matrix<double>.Build.DenseOfRowMajor(a.Shape[0], a.Shape[1], a.ToArray<double>());

    private static float[] Rows(Matrix<double> x) => [.. x.ToColumnMajorArray().Select(v => (float)v)];
}
