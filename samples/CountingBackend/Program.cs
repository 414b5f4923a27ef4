// What a pass through a small network, and its gradients, ask of a device.
using LisNative;
using LisNative.Layers;
using LisNative.Memory;
using LisNative.Random;

var backend = new CountingBackend.CountingBackend();
using var device = new Device("counting", backend);
using var scope = new Scope();
using var layer = new Conv2d(device, 1, 8, 4, new(Stride: 2, Padding: 1), Initialisers.Glorot, new Philox(1));
Var x = device.Full([4, 1, 28, 28], 0.5);

var loss = layer.Forward(x).Square().Mean();
Console.WriteLine($"forward: {backend.Kernels} kernels, {backend.Bytes:N0} bytes");

var (kernels, bytes) = (backend.Kernels, backend.Bytes);
Gradient.Compute(loss, [layer.Weight, layer.Bias!]);
Console.WriteLine($"gradients: {backend.Kernels - kernels} kernels, {backend.Bytes - bytes:N0} bytes");
