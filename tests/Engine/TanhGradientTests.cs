using LisNative.Layers;

namespace LisNative.Tests.Engine;

public sealed class TanhGradientTests
{
    /// <summary>An optimiser that divides by the gradient's size needs digits there too; 1 − y² has none from |x| = 9 on.</summary>
    [Fact]
    public void Keeps_its_digits_where_tanh_saturates()
    {
        double[] inputs = [-40, -20, -9, -4, 4, 9, 20, 40];
        Var x = new Parameter(Device.Cpu.From(inputs, [inputs.Length]));
        double[] gradient = Gradient.Compute(x.Tanh().Sum(), [x])[0].Value.ToArray<double>();
        Assert.All(gradient.Zip(inputs), p => Assert.Equal(1, p.First * Math.Cosh(p.Second) * Math.Cosh(p.Second), 1e-6));
    }
}
