using BenchmarkDotNet.Attributes;
using LisNative.Formulas;

namespace LisNative.Bench;

/// <summary>
/// A convolution of 16 images [64, 16, 16] to [128, 8, 8] (kernel 4, stride 2) with bias and LeakyReLU, one idea faster on each rung.
/// </summary>
public unsafe class ConvolutionLadder
{
    private const int Images = 16, C = 64, K = 128, Size = 16, Half = Size / 2, Kernel = 4;

    private static readonly ConvGeometry Geometry = new(2, 1);

    private readonly Device direct = Device.OnCpu(1, winograd: false), one = Device.OnCpu(1);
    private readonly Tensor x = Device.Cpu.Full([Images, Size, Size, C], 0.5).Permute(0, 3, 1, 2),
        w = Device.Cpu.Full([K, C, Kernel, Kernel], 0.25), bias = Device.Cpu.Full([K], 0.1);
    private readonly Tensor y = Device.Cpu.Zeros([Images, Half, Half, K]).Permute(0, 3, 1, 2);

    /// <summary>The definition, one multiplication after another.</summary>
    [Benchmark(Baseline = true)]
    public void Naive()
    {
        float* from = (float*)x.Address, weights = (float*)w.Address, to = (float*)y.Address;
        for (int pixel = 0; pixel < Images * Half * Half; pixel++)
        {
            int n = pixel / (Half * Half), p = pixel / Half % Half, q = pixel % Half;
            for (int k = 0; k < K; k++)
            {
                float sum = 0.1f;
                for (int tap = 0; tap < Kernel * Kernel; tap++)
                {
                    int h = (2 * p) + (tap / Kernel) - 1, v = (2 * q) + (tap % Kernel) - 1;
                    for (int c = 0; c < C && h >= 0 && h < Size && v >= 0 && v < Size; c++)
                    {
                        sum += from[((((n * Size) + h) * Size) + v) * C + c] * weights[(((k * C) + c) * Kernel * Kernel) + tap];
                    }
                }

                to[(pixel * K) + k] = sum < 0 ? 0.2f * sum : sum;
            }
        }
    }

    /// <summary>The micro-kernel of the matrix product over the image as it lies; the activation in a pass of its own.</summary>
    [Benchmark]
    public void Direct()
    {
        direct.Backend.Conv2d(x, w, y, Geometry, new Epilogue(bias));
        direct.Backend.Unary(new LeakyRelu(0.2), y, y);
    }

    /// <summary>The activation while the image is in cache.</summary>
    [Benchmark]
    public void Fused() => direct.Backend.Conv2d(x, w, y, Geometry, new Epilogue(bias, Activation.LeakyRelu(0.2)));

    /// <summary>9 multiplications in place of 16.</summary>
    [Benchmark]
    public void Winograd() => one.Backend.Conv2d(x, w, y, Geometry, new Epilogue(bias, Activation.LeakyRelu(0.2)));

    /// <summary>All threads.</summary>
    [Benchmark]
    public void Threads() => Device.Cpu.Backend.Conv2d(x, w, y, Geometry, new Epilogue(bias, Activation.LeakyRelu(0.2)));

    /// <summary>Weights transformed once, as a layer's are.</summary>
    [Benchmark]
    public void KeptWeights()
    {
        w.ExpectsReuse = true;
        Threads();
        w.ExpectsReuse = false;
    }
}
