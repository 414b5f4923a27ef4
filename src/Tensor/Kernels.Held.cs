using System.Buffers;
using System.Runtime.CompilerServices;
using LisNative.Memory;

namespace LisNative;

internal sealed partial class Kernels
{
    /// <summary>Keeps the device and the memory of some tensors, all of this device, until the kernel is done.</summary>
    private Held Enter(string operation, params ReadOnlySpan<Tensor?> tensors)
    {
        var held = default(Blocks);
        device.Enter();
        try
        {
            var recording = Capture.Current(device);
            for (int i = 0; i < tensors.Length; i++)
            {
                held[i] = tensors[i] is { } tensor ? Hold(operation, tensor, recording) : null;
            }
        }
        catch
        {
            new Held(device, held).Dispose();
            throw;
        }

        return new(device, held);
    }

    /// <summary>The same of as many as there are.</summary>
    private Many EnterAll(string operation, ReadOnlySpan<Tensor> tensors)
    {
        var held = new Many(device, ArrayPool<Block?>.Shared.Rent(tensors.Length), tensors.Length);
        device.Enter();
        try
        {
            var recording = Capture.Current(device);
            for (int i = 0; i < tensors.Length; i++)
            {
                held.Blocks[i] = Hold(operation, tensors[i], recording);
            }
        }
        catch
        {
            held.Dispose();
            throw;
        }

        return held;
    }

    private Block Hold(string operation, Tensor tensor, Capture? recording)
    {
        if (tensor.Device != device)
        {
            throw new ArgumentException(
                $"{operation}: a tensor {tensor.Shape} is on {tensor.Device}, the first on {device}; expected one device "
                + "(Tensor.To moves)");
        }

        var block = tensor.Hold();
        recording?.Keep(block);
        return block;
    }

    [InlineArray(5)]
    private struct Blocks
    {
        private Block? first;
    }

    private readonly ref struct Held(Device device, Blocks blocks)
    {
        private readonly Blocks blocks = blocks;

        public void Dispose()
        {
            foreach (var block in blocks)
            {
                block?.Release();
            }

            device.Leave();
        }
    }

    private readonly ref struct Many(Device device, Block?[] blocks, int count)
    {
        internal Block?[] Blocks => blocks;

        public void Dispose()
        {
            foreach (ref var block in blocks.AsSpan(0, count))
            {
                block?.Release();
                block = null;
            }

            ArrayPool<Block?>.Shared.Return(blocks);
            device.Leave();
        }
    }
}
