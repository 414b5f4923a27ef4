namespace LisNative.Random;

/// <summary>Numbers that are used once: its position moves on with each use.</summary>
public sealed class RandomStream(Device device, Philox random) : IDisposable
{
    private ulong position;

    /// <summary>Uniform numbers.</summary>
    internal Tensor Draw(Shape shape)
    {
        var result = device.Empty(shape);
        result.Draw(random, Distribution.Uniform, position);
        position += (ulong)shape.Count;
        return result;
    }

    /// <summary>Returns its memory.</summary>
    public void Dispose()
    {
    }
}
