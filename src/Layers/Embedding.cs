namespace LisNative.Layers;

/// <summary>Rows of a table by their numbers; weight [count, width], standard normal at first.</summary>
public sealed class Embedding : Module
{
    /// <summary>A table of <paramref name="count"/> rows.</summary>
    public Embedding(Device device, int count, int width, Generator random)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(random);
        var values = new float[(long)count * width];
        random.Next().Normals(values);
        Weight = Add("weight", device.From(values, [count, width]));
    }

    /// <summary>The table.</summary>
    public Parameter Weight { get; }

    /// <summary>[n] numbers to [n, width].</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public Var Forward(int[] rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        int count = Weight.Shape[0];
        return Array.FindIndex(rows, r => r < 0 || r >= count) is >= 0 and int i
            ? throw new ArgumentOutOfRangeException(
                nameof(rows), $"Embedding: expected numbers from 0 to {count - 1}, found {rows[i]} at place {i}")
            : Weight.Gather(rows);
    }

    /// <summary>Numbers […] to […, width]; a recording reads them anew in each replay.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public Var Forward(IndexTensor rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return Weight.Gather(0, rows);
    }

    /// <summary>Whole numbers […] to […, width]; a recording reads them anew in each replay.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is not whole, or there is no such row.</exception>
    public override Var Forward(Var x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Forward(IndexTensor.Of(x.Value.Clone()));      // the caller may write others before the sweep
    }
}
