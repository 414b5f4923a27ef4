using System.Runtime.CompilerServices;
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
            double* row = (double*)Unsafe.AsPointer(ref At(a, [.. i[..^1], 0])), column = (double*)Unsafe.AsPointer(ref At(b, [.. i[..^2], 0, i[^1]]));
            double sum = 0;
            for (int k = 0; k < inner; k++)
            {
                sum += row[(long)k * a.Strides[^1]] * column[(long)k * b.Strides[^2]];
            }

            At(y, i) = Finish(sum, i, i[^1], epilogue);
        }
    }

    /// <summary>gate · activation(value + bias[channel]).</summary>
    private static double Finish(double value, int[] position, int channel, Epilogue epilogue)
    {
        value += epilogue.Bias is { } bias ? At(bias, channel) : 0;
        value = epilogue.Activation switch
        {
            Activation.None => value,
            Activation.LeakyRelu => new LeakyRelu(Epilogue.Slope).Exact(value),
            Activation.Sigmoid => default(Sigmoid).Exact(value),
            _ => throw new ArgumentOutOfRangeException(nameof(epilogue), $"Epilogue: no activation {epilogue.Activation}"),
        };
        return epilogue.Gate is { } gate ? new LeakyReluGradient(Epilogue.Slope).Exact(value, At(gate, position)) : value;
    }
}
