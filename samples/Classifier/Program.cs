// classifier [FOLDER]   trains a classifier on MNIST's four files in a folder, or on made-up pictures, says how often it is right, and
//                       writes its weights to classifier.safetensors.
using System.IO.Compression;
using LisNative;
using LisNative.Layers;
using LisNative.Random;

var device = Device.Cpu;
var random = new Generator(seed: 1);
var train = Loader(args.Length > 0 ? Mnist("train") : MadeUp(1024, seed: 1), batch: 64, random);
var test = Loader(args.Length > 0 ? Mnist("t10k") : MadeUp(256, seed: 2), batch: 256);

using var net = new Sequential(
    ("conv1", new Conv2d(device, 1, 32, 3, random, new(1, 1))),
    ("bn1", new BatchNorm2d(device, 32, Activation.Relu)),
    ("pool1", Lambda.MaxPool2d(2)),
    ("conv2", new Conv2d(device, 32, 64, 3, random, new(1, 1))),
    ("bn2", new BatchNorm2d(device, 64, Activation.Relu)),
    ("pool2", Lambda.MaxPool2d(2)),
    ("flatten", Lambda.Flatten()),
    ("dropout", new Dropout(device, 0.25, random)),
    ("fc", new Linear(device, 64 * 7 * 7, 10, random)));
using var adam = new Adam(net.ParameterList);

var schedule = new LearningRateSchedule(Peak: 2e-3, WarmUp: train.Count / 10, Total: train.Count, Floor: 0.01);
foreach (var (step, (x, y)) in train.Index())
{
    var loss = Losses.CrossEntropy(net.Forward(x), y);
    adam.LearningRate = schedule.RateAt(step);
    adam.Minimise(loss);
    if (step % 100 == 99)
    {
        Console.WriteLine($"step {step + 1}: loss {loss.Value.Item():F3}");
    }
}

net.Eval();
using var noGrad = new NoGrad();
double right = 0, all = 0;
foreach (var (x, y) in test)
{
    right += Accuracy.Of(net.Forward(x), y) * y.Length;
    all += y.Length;
}

Console.WriteLine($"{right / all:P2} of {all} right after {train.Count} steps");
net.Save("classifier.safetensors");

DataLoader<int> Loader((byte[] Pixels, byte[] Labels) set, int batch, Generator? order = null) =>
    new(device, [1, 28, 28], set.Labels.Length, (i, x, _) =>
    {
        for (int p = 0; p < x.Length; p++)
        {
            x[p] = set.Pixels[(i * x.Length) + p] / 255f;
        }

        return set.Labels[i];
    }, batch, order);

(byte[] Pixels, byte[] Labels) Mnist(string set) =>
    (Unpacked($"{set}-images-idx3-ubyte.gz")[16..], Unpacked($"{set}-labels-idx1-ubyte.gz")[8..]);

byte[] Unpacked(string name)
{
    using var file = new GZipStream(File.OpenRead(Path.Combine(args[0], name)), CompressionMode.Decompress);
    using var bytes = new MemoryStream();
    file.CopyTo(bytes);
    return bytes.ToArray();
}

// Noise with a bright bar, whose height is that of its class.
static (byte[] Pixels, byte[] Labels) MadeUp(int count, ulong seed)
{
    var noise = new Philox(seed);
    byte Pixel(int i) => (byte)(noise.Below(128, (ulong)i) + ((i / 28 % 28 / 2) - 2 == i / 784 % 10 ? 127 : 0));
    return ([.. Enumerable.Range(0, count * 784).Select(Pixel)], [.. Enumerable.Range(0, count).Select(i => (byte)(i % 10))]);
}
