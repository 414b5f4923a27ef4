using LisNative;
using LisNative.Models;
using LisNative.Random;
using LisNative.Training;

// A whole process, to be timed from outside: start, build the mnist net, score one image, end.
var network = Autoencoder.Create(Device.Cpu, new([1, 28, 28], 32, 64, 64), new Philox(1));
var image = Device.Cpu.Full([1, 1, 28, 28], 0.5);
Console.WriteLine(Gradient.Pause(() => LisLosses.Error(network.Forward(image), image).Value.Item()));
