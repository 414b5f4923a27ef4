using LisNative.Cpu;
using LisNative.Lanes;
using LisNative.Layers;
using LisNative.Models;
using LisNative.Random;
using LisNative.Training;

namespace LisNative.Tests.Engine;

/// <summary>
/// Training of the paper's net has the bits of the stored results, for registers of one width on any machine: a faster kernel may not sum
/// what these nets sum in another order.
/// </summary>
public sealed class StoredBitsTests
{
    [Fact]
    public void Steps_of_training_end_at_the_stored_weights()
    {
        using var device = new Device("stored", new CpuBackend<Lane256>(2));
        var net = Autoencoder.Create(device, new([1, 28, 28], 32, 64, 32), new Philox(1));
        var adam = new Adam([.. net.Parameters.Select(p => p.Value)]);
        for (ulong step = 0; step < 3; step++)
        {
            // The second batch is cut short, as the last of an epoch.
            int samples = step == 1 ? 19 : 32;
            float[] values = new float[samples * 28 * 28];
            new Philox(2, step).Normals(values);
            var x = device.From(values, [samples, 1, 28, 28]);
            adam.Step(Gradient.Compute(LisLosses.Error(net.Forward(x), x).Mean(), adam.Parameters));
        }

        ulong hash = 14695981039346656037;
        foreach (float weight in net.Parameters.SelectMany(p => p.Value.Value.ToArray<float>()))
        {
            hash = (hash ^ BitConverter.SingleToUInt32Bits(weight)) * 1099511628211;
        }

        Assert.Equal(7461147924888420801UL, hash);
    }
}
