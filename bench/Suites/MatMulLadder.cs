using BenchmarkDotNet.Attributes;
using LisNative.Cpu;
using LisNative.Lanes;

namespace LisNative.Bench;

/// <summary>A product of two 512×512 matrices, one idea faster on each rung.</summary>
public unsafe class MatMulLadder
{
    private const int N = 512;

    private readonly Device one = Device.OnCpu(threads: 1);
    private readonly Tensor a = Device.Cpu.Full([N, N], 0.5), b = Device.Cpu.Full([N, N], 0.25), y = Device.Cpu.Zeros([N, N]);

    private float* A => (float*)a.Address;

    private float* B => (float*)b.Address;

    private float* Y => (float*)y.Address;

    /// <summary>The definition.</summary>
    [Benchmark(Baseline = true)]
    public void Naive()
    {
        for (int i = 0; i < N; i++)
        {
            for (int j = 0; j < N; j++)
            {
                float sum = 0;
                for (int k = 0; k < N; k++)
                {
                    sum += A[(i * N) + k] * B[(k * N) + j];
                }

                Y[(i * N) + j] = sum;
            }
        }
    }

    /// <summary>Loops exchanged, so that memory is read in order and vectors fit.</summary>
    [Benchmark]
    public void Vectorised()
    {
        new Span<float>(Y, N * N).Clear();
        for (int i = 0; i < N; i++)
        {
            for (int k = 0; k < N; k++)
            {
                Lane512 x = Lane512.Create(A[(i * N) + k]);
                for (int j = 0; j < N; j += Lane512.Width)
                {
                    float* to = Y + (i * N) + j;
                    Lane512.Store(Lane512.Fma(x, Lane512.Load(B + (k * N) + j), Lane512.Load(to)), to);
                }
            }
        }
    }

    /// <summary>A tile of results stays in registers while k runs; operands are read as they lie.</summary>
    [Benchmark]
    public void Blocked()
    {
        float* zeros = stackalloc float[32];
        new Span<float>(zeros, 32).Clear();
        for (int j = 0; j < N; j += MicroKernel<Lane512>.Columns)
        {
            for (int i = 0; i < N; i += MicroKernel<Lane512>.MaxRows)
            {
                MicroKernel<Lane512>.Multiply(Math.Min(MicroKernel<Lane512>.MaxRows, N - i), new Tile
                {
                    A = A + (i * N),
                    ARow = N,
                    AStep = 1,
                    B = B + j,
                    BStep = N,
                    Length = N,
                    Segments = 1,
                    Init = zeros,
                    C = Y + (i * N) + j,
                    CRow = N,
                });
            }
        }
    }

    /// <summary>Operands packed in the order in which the kernel reads them.</summary>
    [Benchmark]
    public void Packed() => Multiply(one);

    /// <summary>All threads.</summary>
    [Benchmark]
    public void Threads() => Multiply(Device.Cpu);

    private void Multiply(Device device) => device.Backend.MatMul(a, b, y, default);
}
