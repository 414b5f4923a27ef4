using LisNative.Cpu;
using LisNative.Lanes;

namespace LisNative.Tests.Proof;

/// <summary>One row times a matrix, which has a kernel of its own and keeps weights in the order in which it reads them.</summary>
public class RowProductTests
{
    [Fact]
    public void Has_the_bits_of_a_row_among_others_in_registers_of_every_width()
    {
        Check(new CpuBackend<Lane512>(2));
        Check(new CpuBackend<Lane256>(2));
        Check(new CpuBackend<Lane128>(2));
        Check(new CpuBackend<ScalarLane>(1));
    }

    /// <summary>Whole groups of columns, what is left of them, and several groups a part.</summary>
    private static void Check(IBackend backend)
    {
        using var device = new Device("own", backend, guarded: true);
        foreach (int inputs in new[] { 0, 1, 37 })
        {
            foreach (int outputs in new[] { 32, 96, 128, 160, 1312 })
            {
                using Tensor x = Values(device, 3, inputs), w = Values(device, inputs, outputs),
                    other = Values(device, inputs, outputs, seed: 2), biases = Values(device, 1, outputs), bias = biases.Reshape(outputs);
                using var row = x.Slice(0, 1, 1);
                Compare();
                w.ExpectsReuse = true;
                Compare();
                w.CopyFrom(other);
                Compare();

                void Compare()
                {
                    var end = new Epilogue(bias, Activation.LeakyRelu(0.2));
                    using Tensor one = Tensor.MatMul(row, w, end), all = Tensor.MatMul(x, w, end);
                    Assert.Equal(all.ToArray()[outputs..(2 * outputs)], one.ToArray());
                }
            }
        }
    }

    private static Tensor Values(Device device, int rows, int columns, int seed = 1)
    {
        var random = new System.Random(seed);
        return device.From([.. Enumerable.Range(0, rows * columns).Select(_ => random.NextSingle() - 0.5f)], [rows, columns]);
    }
}
