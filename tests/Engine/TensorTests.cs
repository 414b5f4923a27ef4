using LisNative.Cpu;
using LisNative.Formulas;
using LisNative.Lanes;
using LisNative.Memory;
using LisNative.Tests.Proof;

namespace LisNative.Tests.Engine;

public class TensorTests
{
    private static readonly Device Cpu = Device.Cpu;

    private static Tensor Count(params int[] shape) =>
        Cpu.From([.. Enumerable.Range(0, Shape.Create(shape).Count).Select(i => (float)i)], Shape.Create(shape));

    [Fact]
    public void Views_share_memory_and_copy_nothing()
    {
        using var device = new Device("own", new CpuBackend<Lane256>(2));
        using var x = device.From([.. Enumerable.Range(0, 24).Select(i => (float)i)], [2, 3, 4]);
        using var view = x.Permute(2, 0, 1).Slice(0, 1, 2).Expand([5, 2, 2, 3]);
        Assert.Equal(1, device.Pool.Lent);
        Assert.Equal([1, 5, 9, 13, 17, 21, 2, 6, 10, 14, 18, 22], view.ToArray().Take(12));
    }

    /// <summary>More than one launch takes, pieces that are whole and not, none at all, and one that does not lie dense.</summary>
    [Theory]
    [InlineData("cpu")]
    [InlineData("opencl:0")]
    [InlineData("opencl:0:naive")]
    public void Tensors_are_reduced_together_as_each_alone(string name)
    {
        var device = Backends.Get(name);
        using var scope = new Scope();
        int[] sizes = [5, 0, 8192, 8193, 1, 20000, 3, 7, 64, 65, 100, 2, 9, 10, 11, 12, 13, 40000];
        Tensor[] dense = [.. sizes.Select((n, i) => device.Full([n], 0.5 + i))];
        void Check(params Tensor[] x) => Assert.All(
            Tensor.ReduceEach(default(SumOfSquares), x).ToArray<double>(),
            (sum, i) => Assert.Equal(x[i].ToArray<double>().Sum(v => v * v), sum, 1e-5 * Math.Max(1, sum)));

        Check(dense);
        Check([.. dense, device.Full([30, 40], 2).Slice(1, 3, 7)]);
    }

    /// <summary>Whole squares of registers, whole cache lines, and what is left of both.</summary>
    [Fact]
    public void A_transposed_copy_is_right_at_every_edge()
    {
        foreach (int rows in Enumerable.Range(1, 36))
        {
            foreach (int columns in Enumerable.Range(1, 36))
            {
                using var x = Count(rows, columns + 1);
                using var part = x.Slice(1, 0, columns);
                using var transposed = part.Transpose();
                using var y = transposed.Contiguous();
                Assert.Equal(Enumerable.Range(0, rows * columns).Select(i => (float)((i % rows * (columns + 1)) + (i / rows))),
                    y.ToArray());
            }
        }
    }

    /// <summary>Pixels of few channels from planes, in whole parts of a thread's work and what is left, and back.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Operands_in_other_memory_orders_are_met_element_by_element(int channels)
    {
        using var planes = Count(2, channels, 43, 71);
        using var pixels = planes.Permute(0, 2, 3, 1).Contiguous().Permute(0, 3, 1, 2);
        using Tensor difference = pixels - planes, other = planes - pixels;
        Assert.Equal(planes.ToArray(), pixels.ToArray());
        Assert.All(difference.ToArray(), x => Assert.Equal(0, x));
        Assert.All(other.ToArray(), x => Assert.Equal(0, x));
    }

    [Theory]
    [InlineData(new[] { 2, 3, 4 }, new[] { 6, 4 }, true)]
    [InlineData(new[] { 2, 3, 4 }, new[] { 2, 2, 3, 2 }, true)]
    [InlineData(new[] { 1, 6, 1 }, new[] { 2, 1, 3 }, true)]
    [InlineData(new[] { 0, 3 }, new[] { 3, 0 }, true)]
    public void Reshape_of_contiguous_is_a_view(int[] from, int[] to, bool view)
    {
        using var x = Count(from);
        using var y = x.Reshape(to);
        Assert.Equal(x.ToArray(), y.ToArray());
        Assert.Equal(view, x.Address == y.Address);
    }

    [Theory]
    [InlineData(new[] { 12, 2 }, true)]
    [InlineData(new[] { 3, 4, 2 }, true)]
    [InlineData(new[] { 24 }, true)]
    [InlineData(new[] { 6, 4 }, false)]
    public void Reshape_of_a_permuted_tensor_is_right_and_a_view_where_it_can(int[] to, bool sliceOfRows)
    {
        using var x = Count(3, 4, 2, 5).Slice(3, 0, 1);     // rows of one element, 5 apart
        using var y = x.Reshape(to);
        Assert.Equal(Enumerable.Range(0, 24).Select(i => i * 5f), y.ToArray());
        Assert.True(x.Address == y.Address || !sliceOfRows);
        using var transposed = Count(4, 6).Transpose();
        using var z = transposed.Reshape(to);
        Assert.Equal(transposed.ToArray(), z.ToArray());
    }

    [Fact]
    public void Disposed_tensors_say_so()
    {
        var x = Count(2, 3);
        x.Dispose();
        x.Dispose();
        Failure.Contains<ObjectDisposedException>("[2, 3]", () => x.ToArray());
    }

    [Fact]
    public void Item_wants_one_element() =>
        Failure.Contains<InvalidOperationException>("[2, 3]", () => Count(2, 3).Item());

    [Fact]
    public void Devices_do_not_mix()
    {
        using var a = Cpu.Zeros([2]);
        using var b = Device.Reference.Zeros([2]);
        Assert.Throws<ArgumentException>(() => a + b);
    }

    [Fact]
    public void Too_many_elements_are_refused() =>
        Failure.Contains<ArgumentException>("65536", () => Shape.Create([65536, 65536]));

    [Fact]
    public void An_axis_is_flipped_once()
    {
        using var scope = new Scope();
        var x = Count(4);
        Assert.Throws<ArgumentException>(() => x.Flip(0, 0));
        Assert.Throws<ArgumentException>(() => x.Flip(0, -1));
    }

    /// <summary>As if the values had been taken first, on every device.</summary>
    [Theory]
    [InlineData("cpu")]
    [InlineData("cpu:naive")]
    public void Copies_between_views_of_one_memory_are_right(string name)
    {
        using var scope = new Scope();
        var device = name == "cpu" ? Device.Cpu : Device.Naive;
        float[] values = [.. Enumerable.Range(0, 4096).Select(i => (float)i)];
        float[] After(Action<Tensor> copy)
        {
            var x = device.From(values, [64, 64]);
            copy(x);
            return x.ToArray();
        }

        Assert.Equal(values.Reverse(), After(x => x.CopyFrom(x.Flip(0, 1))));
        Assert.Equal(values.Select((_, i) => values[(i % 64 * 64) + (i / 64)]), After(x => x.CopyFrom(x.Transpose())));
        Assert.Equal(values.Select((v, i) => i < 64 ? v : v - 64), After(x => x.Slice(0, 1, 63).CopyFrom(x.Slice(0, 0, 63))));
    }

    [Fact]
    public void No_elements_have_any_sizes() => Assert.Equal(0, Cpu.Zeros([0, 70_000, 70_000]).Permute(1, 2, 0).Count);
}
