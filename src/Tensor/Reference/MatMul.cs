using LisNative.Formulas;

namespace LisNative.Reference;

public sealed unsafe partial class ReferenceBackend
{
    /// <inheritdoc/>
    public void MatMul(Tensor a, Tensor b, Tensor y, Epilogue epilogue)
    {
        int inner = a.Shape[^1];
        foreach (var i in Positions(y.Shape))
        {
            double sum = 0;
            for (int k = 0; k < inner; k++)
            {
                sum += At(a, [.. i[..^1], k]) * At(b, [.. i[..^2], k, i[^1]]);
            }

            At(y, i) = Finish(sum, i[^1], epilogue);
        }
    }

    /// <summary>activation(value + bias[channel]).</summary>
    private static double Finish(double value, int channel, Epilogue epilogue)
    {
        value += epilogue.Bias is { } bias ? At(bias, channel) : 0;
        return epilogue.Activation switch
        {
            Activation.None => value,
            Activation.LeakyRelu => new LeakyRelu(Epilogue.Slope).Exact(value),
            Activation.Tanh => default(Tanh).Exact(value),
            Activation.Sigmoid => default(Sigmoid).Exact(value),
            _ => throw new ArgumentOutOfRangeException(nameof(epilogue), $"Epilogue: no activation {epilogue.Activation}"),
        };
    }
}
