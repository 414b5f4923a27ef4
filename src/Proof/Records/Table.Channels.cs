namespace LisNative.Proof.Records;

public static partial class Table
{
    /// <summary>Batch normalisation of images, rows and signals: channels that fill registers, lie over them, and fill none.</summary>
    private static IEnumerable<OperationRecord> Channels()
    {
        const double Epsilon = 1e-3;
        Shape[][] refuses = [[[4], [4], [4]], [[2, 3, 4], [4], [3]], [[2, 3, 4], [3], [4]]];
        foreach (var (name, shape) in new (string, Shape)[]
            { ("images", [3, 5, 4, 3]), ("wide images", [2, 37, 3, 3]), ("many images", [9, 16, 11, 9]), ("rows", [7, 33]),
            ("few rows", [5, 3]), ("signals", [3, 2, 9]), ("volumes", [2, 4, 2, 3, 2]), ("many channels", [3, 2100]) })
        {
            Argument x = new(shape), channels = A(shape[1]);
            Var Magnitude(IReadOnlyList<Var> a) => ((a[0] + 1) * Along(a[1], shape) * 4) + Along(a[2], shape);
            yield return new($"batch_norm of {name}", a => a[0].BatchNorm(a[1], a[2], Epsilon, out _, out _), x, channels, channels)
            { Magnitude = Magnitude, Refuses = refuses };
            yield return new($"batch_norm by given moments of {name}", a => ByGiven(a, null), x, channels, channels)
            { Magnitude = Magnitude, Refuses = refuses };
        }

        Shape images = [2, 21, 3, 5];
        foreach (var (name, activation) in Activations.Where(a => a.Activation is not null))
        {
            Var Magnitude(IReadOnlyList<Var> a) => ((a[0] + 1) * Along(a[1], images) * 4) + Along(a[2], images);
            yield return new($"batch_norm {name}", a => a[0].BatchNorm(a[1], a[2], Epsilon, out _, out _, activation), new(images), A(21),
                A(21))
            { Magnitude = Magnitude };
            yield return new($"batch_norm by given moments {name}", a => ByGiven(a, activation), new(images), A(21), A(21))
            { Magnitude = Magnitude };
            yield return new($"batch_norm channels last {name}",
                a => a[0].Permute(0, 3, 1, 2).BatchNorm(a[1], a[2], Epsilon, out _, out _, activation), A(2, 3, 5, 21), A(21), A(21))
            { Magnitude = a => ((a[0] + 1) * a[1] * 4).Permute(0, 3, 1, 2) + Along(a[2], images) };
        }

        // Moments that a sum of squares would lose.
        yield return new("batch_norm far from 0", a => (a[0] + 50.0).BatchNorm(a[1], a[2], 1, out _, out _), A(600, 5), A(5), A(5))
        { Magnitude = a => ((a[0] + 1) * a[1] * 4) + a[2] };
        yield return new("batch_norm moments", Moments, A(71, 300), A(300), A(300)) { Magnitude = x => (x[0].Square().Sum([0]) + 1) * 3 };

        static Var Along(Var vector, Shape shape) => vector.Reshape([shape[1], .. Enumerable.Repeat(1, shape.Rank - 2)]);

        static Var ByGiven(IReadOnlyList<Var> a, Activation? activation)
        {
            var ramp = Ramp(a[0].Value.Device, a[0].Shape[1]);
            return a[0].BatchNorm(a[1], a[2], ramp, ramp + 0.5, Epsilon, activation);
        }

        // Both follow from x, but as constants: their gradients are 0, and there are too many for differences to be taken.
        static Var Moments(IReadOnlyList<Var> a)
        {
            using var noGrad = new NoGrad();
            var x = a[0].Detach();
            _ = x.BatchNorm(a[1].Detach(), a[2].Detach(), 1e-3, out var mean, out var variance);
            return mean + (variance * 2.0);
        }
    }

    /// <summary>0, ¼, ½, ¾, 0, …, made without the host.</summary>
    private static Tensor Ramp(Device device, int length) => Var.Concat(
        0, [.. Enumerable.Range(0, length).Select(i => (Var)device.Full([1], i % 4 * 0.25))]).Value;
}
