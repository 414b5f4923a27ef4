using LisNative.Proof.Records;

namespace LisNative.Proof.Proofs;

/// <summary>Arguments of records on a device, and comparisons.</summary>
internal static class Inputs
{
    internal static MemoryLayout[] OrAll(MemoryLayout[] given) => given.Length > 0 ? given : Enum.GetValues<MemoryLayout>();

    internal static Tensor[] Create(OperationRecord record, Device device, MemoryLayout layout = MemoryLayout.Contiguous) =>
        [.. record.Arguments.Select((a, i) => Lay(device.From(a.Values((ulong)i + 1), a.Shape), layout))];

    /// <summary>The same values in another layout; a broadcast one repeats its first row.</summary>
    internal static Tensor Lay(Tensor x, MemoryLayout layout)
    {
        int rank = x.Shape.Rank;
        if (rank == 0 || layout == MemoryLayout.Contiguous)
        {
            return x;
        }

        switch (layout)
        {
            case MemoryLayout.Permuted:
                int[] reversed = [.. Enumerable.Range(0, rank).Reverse()];
                return x.Permute(reversed).Contiguous().Permute(reversed);
            case MemoryLayout.Sliced:
                var larger = x.Device.Full([.. x.Shape.Sizes.ToArray().Select(s => (2 * s) + 1)], 77);
                var inside = larger;
                for (int axis = 0; axis < rank; axis++)
                {
                    inside = inside.Slice(axis, 1, x.Shape[axis], axis == rank - 1 ? 2 : 1);
                }

                inside.CopyFrom(x);
                return inside;
            default:
                return x.Slice(0, 0, Math.Min(1, x.Shape[0])).Expand(x.Shape);
        }
    }

    internal static Tensor Normal(Device device, Shape shape, ulong seed) => device.From(new Argument(shape).Values(seed), shape);

    /// <summary>Σ |aᵢ·bᵢ|.</summary>
    internal static double AbsoluteDot(double[] a, double[] b) => a.Zip(b, (x, y) => Math.Abs(x * y)).Sum();

    internal static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    /// <summary>
    /// The greatest |found − expected| / scale; equal NaNs and infinities count as 0, anything else that is not finite as NaN.
    /// </summary>
    internal static double Error(double[] found, double[] expected, Func<int, double> scale)
    {
        if (found.Length != expected.Length)
        {
            return double.NaN;
        }

        double worst = 0;
        for (int i = 0; i < found.Length; i++)
        {
            double error = found[i].Equals(expected[i]) ? 0 : Math.Abs(found[i] - expected[i]) / scale(i);
            if (!(error <= worst))
            {
                worst = error;
            }

            if (double.IsNaN(worst))
            {
                return worst;
            }
        }

        return worst;
    }
}
