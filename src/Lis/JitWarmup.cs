using System.Runtime.CompilerServices;
using LisNative.Data;
using LisNative.Layers;
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
    /// <summary>A PNG of 8×8 black pixels.</summary>
    private const string Black8x8 =
        "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAAAAADhZOFXAAAADklEQVR42mNhgAIWyhgABVgAIefg644AAAAASUVORK5CYII=";

    private static int begun;

    /// <summary>Begins, where there is a compiler, and a processor for it, and the kernels are the CPU's.</summary>
    internal static void Begin(Device device)
    {
        if (RuntimeFeature.IsDynamicCodeCompiled && Environment.ProcessorCount > 1 && device.Backend.Info.UsesHostMemory
            && Interlocked.Exchange(ref begun, 1) == 0)
        {
            Task.Run(Encode);
            Task.Run(Decode);
        }
    }

    /// <summary>Begins what reads a picture, where others have begun and the samples are pictures.</summary>
    internal static void BeginPictures(Shape sample)
    {
        if (sample.Rank == 3 && Interlocked.CompareExchange(ref begun, 2, 1) == 1)
        {
            Task.Run(ReadPicture);
        }
    }

    private static readonly Architecture Usual = new([1, 28, 28], 32, 64, 32);

    /// <summary>What is compiled of an encoder: everything from its weights to a recorded code.</summary>
    internal static void Encode() => Record(
        Usual.Sample, device => Autoencoder.CreateEncoder(device, Usual, random: null), features => features.Tanh());

    /// <summary>And of a decoder: everything from its weights to a recorded score.</summary>
    internal static void Decode() => Record(
        [Usual.Latent], device => Autoencoder.CreateDecoder(device, Usual, random: null), reconstruction => reconstruction);

    /// <summary>And of a reader of pictures: all that a small grey one needs.</summary>
    internal static void ReadPicture() => ImageFiles.Decode(Convert.FromBase64String(Black8x8)).ToFloats();

    private static void Record(Shape sample, Func<Device, Module> create, Func<Var, Var> end)
    {
        using var device = Device.OnCpu(threads: 1);
        using var network = create(device);
        using var recording = new CapturedScore(
            device, [1, .. sample.Sizes], x =>
            {
                var y = end(network.Forward(x));
                return LisLosses.Error(y, y);
            });
        recording.Replay(new float[sample.Count], new float[1]);
    }
}
