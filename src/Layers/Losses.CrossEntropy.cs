namespace LisNative.Layers;

public static partial class Losses
{
    /// <summary>mean over the batch of −ln softmax(x)[label].</summary>
    /// <param name="logits">[N, classes].</param>
    /// <param name="labels">The N true classes.</param>
    public static Var CrossEntropy(Var logits, int[] labels)
    {
        var (device, classes) = (logits.Value.Device, logits.Shape[1]);
        var chosen = new float[logits.Shape.Count];
        for (int i = 0; i < labels.Length; i++)
        {
            chosen[(i * classes) + labels[i]] = -1f / labels.Length;
        }

        return (logits.LogSoftmax(1) * new Var(device.From(chosen, logits.Shape))).Sum();
    }
}
