using System.Runtime.CompilerServices;
using LisNative.Formulas;

namespace LisNative.Reference;

internal sealed unsafe partial class ReferenceBackend<TPrecision, T>
{
    public void MatMul(Tensor a, Tensor b, Tensor y, Epilogue epilogue)
    {
        int inner = a.Shape[^1];
        foreach (var i in Positions(y.Shape))
        {
            T* row = (T*)Unsafe.AsPointer(ref At(a, [.. i[..^1], 0])), column = (T*)Unsafe.AsPointer(ref At(b, [.. i[..^2], 0, i[^1]]));
            T sum = T.Zero;
            for (int k = 0; k < inner; k++)
            {
                sum = T.FusedMultiplyAdd(row[(long)k * a.Strides[^1]], column[(long)k * b.Strides[^2]], sum);
            }

            At(y, i) = Finish(sum, i, i[^1], epilogue);
        }
    }

    /// <summary>gate · activation(value + bias[channel]).</summary>
    private static T Finish(T value, int[] position, int channel, Epilogue epilogue)
    {
        value = epilogue.Bias is { } bias ? value + At(bias, channel) : value;
        value = epilogue.Activation switch
        {
            Activation.None => value,
            Activation.LeakyRelu => TPrecision.Unary(new LeakyRelu(Epilogue.Slope), value),
            Activation.Sigmoid => TPrecision.Unary(default(Sigmoid), value),
            Activation.Tanh => TPrecision.Unary(default(Tanh), value),
            _ => throw new ArgumentOutOfRangeException(nameof(epilogue), $"Epilogue: no activation {epilogue.Activation}"),
        };
        return epilogue.Gate is { } gate ? TPrecision.Binary(new LeakyReluGradient(Epilogue.Slope), value, At(gate, position)) : value;
    }
}
