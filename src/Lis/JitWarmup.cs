using System.Runtime.CompilerServices;
using LisNative.Models;
using LisNative.Training;

namespace LisNative;

/// <summary>
/// Under the JIT most of the time to a process's first score is compilation. So a network of the usual kind is made and scored on another
/// thread, once, while the model's file is read; what that compiles, the model finds compiled. Nothing waits for it, and nothing else
/// depends on it.
/// </summary>
internal static class JitWarmup
{
    private static int begun;

    /// <summary>Begins, where there is a compiler, and a processor for it, and the kernels are the CPU's.</summary>
    internal static void Begin(Device device)
    {
        if (RuntimeFeature.IsDynamicCodeCompiled && Environment.ProcessorCount > 1 && device.Backend.Info.UsesHostMemory
            && Interlocked.Exchange(ref begun, 1) == 0)
        {
            Task.Run(ScoreOnce);
        }
    }

    /// <summary>What is compiled: everything from a network's weights to a recorded score.</summary>
    internal static void ScoreOnce()
    {
        using var device = Device.OnCpu(threads: 1);
        var architecture = new Architecture([1, 28, 28], 32, 64, 32);
        using var network = Autoencoder.Create(device, architecture, random: null);
        using var recording = new CapturedScore(device, [1, .. architecture.Sample.Sizes], x => LisLosses.Error(network.Forward(x), x));
        recording.Replay(new float[architecture.Sample.Count], new float[1]);
    }
}
