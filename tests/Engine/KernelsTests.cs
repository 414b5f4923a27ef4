using LisNative.Formulas;
using LisNative.Layers;
using LisNative.Memory;
using LisNative.Random;
using LisNative.Tests.Proof;

namespace LisNative.Tests.Engine;

/// <summary>
/// Every way into a kernel refuses what the kernel would read or write outside a tensor: another shape, length, device, or memory that has
/// gone back.
/// </summary>
public sealed class KernelsTests
{
    private static readonly ConvGeometry Plain = new(1, 1);

    private static Gate Passed(Tensor output) => new(Activation.LeakyRelu(0.2), output);

    /// <summary>
    /// Each kernel with the shapes of its tensors, the one that it writes last; and shapes of which each alone, in its place, is wrong.
    /// </summary>
    private static readonly (string Name, Shape[] Shapes, Action<Kernels, Tensor[]> Run)[] Entries =
    [
        ("copy", [[3, 4], [3, 4]], (b, t) => b.Copy(t[0], t[1])),
        ("unary", [[3, 4], [3, 4]], (b, t) => b.Unary(default(Tanh), t[0], t[1])),
        ("binary", [[3, 4], [3, 4], [3, 4]], (b, t) => b.Binary(default(Add), t[0], t[1], t[2])),
        ("difference", [[3, 4], [3, 4], [3, 4], [3, 1]], (b, t) => b.Difference(t[0], t[1], t[2], t[3])),
        ("reduce", [[3, 4], [3, 1]], (b, t) => b.Reduce(default(Sum), t[0], t[1])),
        ("matmul", [[2, 3, 4], [2, 4, 5], [5], [2, 3, 5], [2, 3, 5]], (b, t) => b.MatMul(t[0], t[1], t[4], new(t[2], null, Passed(t[3])))),
        ("conv2d", [[2, 3, 6, 6], [5, 3, 3, 3], [5], [2, 5, 6, 6], [2, 5, 6, 6]],
        (b, t) => b.Conv2d(t[0], t[1], t[4], Plain, new(t[2], null, Passed(t[3])))),
        ("conv_transpose2d", [[2, 5, 6, 6], [5, 3, 3, 3], [3], [2, 3, 6, 6], [2, 3, 6, 6]],
        (b, t) => b.ConvTranspose2d(t[0], t[1], t[4], Plain, new(t[2], null, Passed(t[3])))),
        ("conv2d_weight", [[2, 3, 6, 6], [2, 5, 6, 6], [5, 3, 3, 3]], (b, t) => b.Conv2dWeight(t[0], t[1], t[2], Plain)),
        ("gather", [[3, 4], [2, 4]], (b, t) => b.Gather(t[0], [2, 0], t[1])),
        ("scatter_add", [[2, 4], [3, 4]], (b, t) => b.ScatterAdd(t[0], [2, 0], t[1])),
        ("update", [[3, 4], [3, 4], [3, 4], [3, 4]], (b, t) => b.Update(new SgdUpdate(1, 1, 0), [t[0]], [t[1]], [t[2]], [t[3]])),
        ("reduce each", [[2]], (b, t) => b.ReduceEach(default(Sum), [t[0], t[0]], t[0])),
        ("write", [[3, 4]], (b, t) => b.Write<float>(t[0], new float[12])),
        ("read", [[3, 4]], (b, t) => b.Read<double>(t[0], new double[12])),
        ("fill", [[3, 4]], (b, t) => b.Fill(t[0], 1)),
        ("draw", [[3, 4]], (b, t) => b.Draw(new Philox(1), Distribution.Normal, 0, t[0])),
        ("softmax", [[3, 4], [3, 4]], (b, t) => b.Rows!.Softmax(t[0], t[1])),
        ("softmax gradient", [[3, 4], [3, 4], [3, 4]], (b, t) => b.Rows!.SoftmaxGradient(t[0], t[1], t[2])),
        ("normalise", [[3, 4], [3, 4]], (b, t) => b.Rows!.Normalise(t[0], 1e-5, null, null, t[1])),
        ("normalise gradient", [[3, 4], [3, 4], [3, 4]], (b, t) => b.Rows!.NormaliseGradient(t[0], t[1], 1e-5, t[2])),
    ];

    private static readonly Shape[] Wrong =
        [[], [7], [2, 2], [4, 3], [12], [3, 5], [2, 3, 4], [2, 5, 3], [5, 2], [3, 3, 3, 3], [1, 3, 6, 6], [2, 3, 6, 7], [2, 3, 9, 9]];

    /// <summary>Kernels of rows on a GPU, which alone has them; the rest on the CPU and the reference.</summary>
    public static TheoryData<string, string> Cases()
    {
        var data = new TheoryData<string, string>();
        foreach (var (name, _, _) in Entries)
        {
            foreach (string device in IsOfRows(name) ? ["opencl:0"] : new[] { "cpu", "reference" })
            {
                data.Add(device, name);
            }
        }

        return data;
    }

    /// <summary>A kernel of rows, which is a composition elsewhere.</summary>
    private static bool IsOfRows(string name) =>
        name.StartsWith("softmax", StringComparison.Ordinal) || name.StartsWith("normalise", StringComparison.Ordinal);

    [Theory, MemberData(nameof(Cases))]
    public void A_shape_a_device_or_a_disposed_tensor_that_does_not_fit_is_refused(string deviceName, string name)
    {
        var device = deviceName == "reference" ? Device.Reference : Backends.Get(deviceName);
        var (_, shapes, run) = Entries.First(e => e.Name == name);
        using var scope = new Scope();
        Tensor[] With(int place, Func<Tensor> other) => [.. shapes.Select((s, i) => i == place ? other() : device.Zeros(s))];
        run(device.Kernels, With(-1, () => device.Zeros([])));
        for (int i = 0; i < shapes.Length; i++)
        {
            bool isResult = i == shapes.Length - 1;
            Assert.Throws<ObjectDisposedException>(() => run(device.Kernels, With(i, () =>
            {
                var gone = device.Zeros(shapes[i]);
                gone.Dispose();
                return gone;
            })));
            Assert.Throws<ArgumentException>(() => run(device.Kernels, With(i, () => Device.Naive.Zeros(shapes[i]))));
            foreach (var wrong in Wrong.Where(w => w != shapes[i] && !IsNoFault(name, w, shapes[i], isResult)))
            {
                string message = Assert.ThrowsAny<ArgumentException>(() => run(device.Kernels, With(i, () => device.Zeros(wrong)))).Message;
                Assert.True(message.Contains(wrong.ToString(), StringComparison.Ordinal)
                    && !message.Contains('\n', StringComparison.Ordinal), $"{wrong} in place {i}: {message}");
            }

            if (isResult && shapes[i].Count > 1 && shapes[i].Rank > 1 && shapes[i][^1] > 1 && name != "read")
            {
                Assert.Throws<ArgumentException>(() => run(device.Kernels, With(i, () => device.Zeros([]).Expand(shapes[i]))));
            }
        }

        Assert.Equal(0, device.Pool.Overruns);
    }

    /// <summary>
    /// Whether another shape is no fault: element-wise operands broadcast, rows of any length are reduced, and host values only have to be
    /// as many.
    /// </summary>
    private static bool IsNoFault(string name, Shape other, Shape shape, bool isResult) => name switch
    {
        "fill" or "draw" => true,
        "write" or "read" => other.Count == shape.Count,
        "reduce" => !isResult && other == [3, 5],
        "copy" or "unary" or "binary" => isResult ? Fits(shape, other) : Fits(other, shape),
        _ => false,
    };

    private static bool Fits(Shape small, Shape large)
    {
        try
        {
            return Shape.Broadcast(small, large) == large;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    [Fact]
    public void Host_values_of_another_length_or_type_are_refused()
    {
        using var device = new Device("test", new Cpu.CpuBackend<Lanes.Lane256>(1), guarded: true);
        using Tensor x = device.Zeros([3, 4]), strided = device.Zeros([4, 3]).Transpose();
        Assert.Throws<ArgumentException>(() => x.Write<float>(new float[13]));
        Assert.Throws<ArgumentException>(() => x.Write<float>(new float[11]));
        Assert.Throws<ArgumentException>(() => x.Write<int>(new int[12]));
        Assert.Throws<ArgumentException>(() => x.Write<long>(new long[12]));
        Assert.Throws<ArgumentException>(() => strided.Write<float>(new float[12]));
        Assert.Throws<ArgumentException>(() => strided.Draw(new Philox(1), Distribution.Normal));
        Assert.Throws<ArgumentException>(() => x.Read<float>(new float[13]));
        Assert.Throws<ArgumentException>(() => x.ToArray<byte>());
        Assert.Throws<ArgumentException>(() => device.From<Half>(new Half[2], [2]));
        Assert.Throws<ArgumentException>(() => new LisNative.Data.Dataset("d", [4], new float[12], new int[3]).Load([0, 1], x));
        Assert.Throws<ArgumentException>(() => x.LaidOutAs(device.Zeros([4, 3])));
        Assert.Throws<ArgumentException>(() => x.SumTo([4, 4]));
    }

    /// <summary>Geometries whose arithmetic leaves 32 bits.</summary>
    [Theory]
    [InlineData(1, 1 << 30, 1)]
    [InlineData(1 << 30, 1 << 30, 1)]
    [InlineData(1, 0, 1 << 30)]
    [InlineData(1, 0, int.MaxValue)]
    [InlineData(int.MaxValue, int.MaxValue, int.MaxValue)]
    public void A_convolution_whose_border_or_taps_cannot_be_counted_is_refused(int stride, int padding, int dilation)
    {
        using var scope = new Scope();
        Tensor x = Device.Cpu.Zeros([1, 1, 5, 5]), w = Device.Cpu.Zeros([1, 1, 3, 3]);
        Assert.Throws<ArgumentException>(() => Tensor.Conv2d(x, w, new(stride, padding, dilation)));
        Assert.Throws<ArgumentException>(() => Tensor.Conv2dWeight(x, x, [1, 1, 3, 3], new(stride, padding, dilation)));
        Assert.Throws<ArgumentException>(() => Tensor.ConvTranspose2d(x, w, [1, 1, 7, 7], new(stride, padding, dilation)));
    }

    [Fact]
    public void What_was_disposed_is_refused_whatever_is_asked_of_it()
    {
        using var device = new Device("test", new Cpu.CpuBackend<Lanes.Lane256>(1));
        using var scope = new Scope();
        Tensor x = device.Full([2, 3], 1), y = device.Zeros([2, 3]);
        var leaf = Var.Leaf(x);
        var parameter = new Parameter(x);
        using var adam = new Adam([parameter]);
        Var gradient = device.Full([2, 3], 1);
        x.Dispose();
        x.Dispose();
        foreach (var use in new Action[]
        {
            () => x.Alias(), () => x.Transpose(), () => x.Slice(0, 0, 1), () => x.Reshape(6), () => x.Expand([4, 2, 3]), () =>
                x.Permute(1, 0), () => x.Flip(0), () => x.Contiguous(),
            () => x.Clone(), () => x.ZerosLike().CopyFrom(x), () => x.CopyFrom(y), () => x.ToArray(), () =>
            x.Write<float>(new float[6]), () => x.To(Device.Reference), () => x.Gather([1]), () => _ = x.Address,
            () => x.Tanh(), () => _ = y + x, () => x.Sum(), () => _ = leaf + leaf, () => leaf.Softmax(1), () => parameter.Sum(), () =>
            Gradient.Compute(leaf.Sum(), [leaf]),
            () => new SafeTensors().Add("x", x), () => adam.Step([gradient]), () => Var.Linear(y, parameter),
        })
        {
            Assert.Throws<ObjectDisposedException>(use);
        }
    }

    [Fact]
    public void A_disposed_device_is_refused_and_the_processs_own_stay()
    {
        var device = new Device("test", new Cpu.CpuBackend<Lanes.Lane256>(2));
        var x = device.Full([2, 3], 1);
        using var capture = new Capture(device, () => x.CopyFrom(x));
        device.Dispose();
        device.Dispose();
        Assert.Throws<ObjectDisposedException>(() => device.Zeros([1]));
        Assert.Throws<ObjectDisposedException>(() => x.ToArray());
        Assert.Throws<ObjectDisposedException>(() => x.Tanh());
        Assert.Throws<ObjectDisposedException>(capture.Replay);
        Assert.Throws<ObjectDisposedException>(device.Backend.Synchronize);
        capture.Dispose();
        x.Dispose();
        Assert.Equal((0, 0L), (device.Pool.Lent, device.Pool.Bytes));
        foreach (var own in new[] { Device.Cpu, Device.Reference, Device.Naive })
        {
            own.Dispose();
            using var y = own.Full([2], 3);
            Assert.Equal([3, 3], y.ToArray());
        }
    }
}
