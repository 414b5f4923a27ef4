using LisNative.Random;

namespace LisNative.Cli.Bench;

/// <summary>What cases compute with: numbers of a fixed seed, made when they are first asked for.</summary>
internal static class Operands
{
    internal static Tensor Random(Device device, Shape shape, Func<Philox, ulong, float>? value = null)
    {
        var random = new Philox(1, (ulong)shape.Count);
        var values = new float[shape.Count];
        random.Normals(values);
        for (int i = 0; value is not null && i < values.Length; i++)
        {
            values[i] = value(random, (ulong)i);
        }

        return device.From(values, shape);
    }

    internal static Lazy<Tensor> Lazily(Device device, Shape shape) => new(() => Random(device, shape));

    /// <summary>An image batch in the layout that the engine's own convolutions return, as inside a network.</summary>
    internal static Lazy<Tensor> Images(Device device, Shape shape) => new(() => shape[1] <= 3 ? Random(device, shape)
        : Random(device, [shape[0], shape[2], shape[3], shape[1]]).Permute(0, 3, 1, 2));

    internal static double BytesOf(params ReadOnlySpan<Shape> shapes)
    {
        double bytes = 0;
        foreach (var shape in shapes)
        {
            bytes += (double)shape.Count * sizeof(float);
        }

        return bytes;
    }
}
