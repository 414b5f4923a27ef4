using LisNative.Memory;

namespace LisNative.Tests.Operations;

/// <summary>Positions by code, and by numbers that lie on the device.</summary>
public class IndexTests
{
    private static readonly Tensor Numbers = Scope.Outside(() => Device.Cpu.From(
        new float[,,] { { { 0, 1 }, { 2, 3 }, { 4, 5 } }, { { 6, 7 }, { 8, 9 }, { 10, 11 } } }));

    [Fact]
    public void Positions_and_ranges_are_views()
    {
        Assert.Equal([6, 7, 8, 9, 10, 11], Numbers[1].ToArray());
        Assert.Equal([4, 5, 10, 11], Numbers[.., ^1].ToArray());
        Assert.Equal([2, 4, 8, 10], Numbers[.., 1..3, 0].ToArray());
        Assert.Equal([2, 2], Numbers[.., 1..3, 0].Shape);
        Assert.Equal(9, Numbers[1, 1, 1].Item());
        Assert.Equal([0, 3, 2], Numbers[2..].Shape);
        using var own = Numbers.Clone();
        own[0, 1].CopyFrom(Device.Cpu.Full([], -1));
        Assert.Equal([0, 1, -1, -1, 4, 5], own[0].ToArray());
    }

    [Fact]
    public void The_axes_of_the_indices_stand_in_place_of_the_axis()
    {
        using var rows = Device.Cpu.Indices([2, 0, 2, 1], [2, 2]);
        var taken = Numbers.Gather(1, rows);
        Assert.Equal([2, 2, 2, 2], taken.Shape);
        Assert.Equal([4, 5, 0, 1, 4, 5, 2, 3, 10, 11, 6, 7, 10, 11, 8, 9], taken.ToArray());
        Assert.Equal([0, 1, 2, 3, 8, 10, 6, 7, 8, 9, 20, 22], taken.ScatterAdd(1, rows, 3).ToArray());
        Assert.Equal([[0, 0, 1], [1, 0, 0]], Rows(Device.Cpu.Indices(2, 0).OneHot(3)));
    }

    [Fact]
    public void A_recording_reads_the_numbers_anew()
    {
        using var scope = new Scope();
        using var rows = Device.Cpu.Indices(0, 1);
        Var x = Var.Leaf(Numbers.Clone());
        Tensor? taken = null, gradient = null;
        using var capture = new Capture(Device.Cpu, () =>
        {
            var y = x.Gather(1, rows);
            (taken, gradient) = (y.Value, Gradient.Compute(y.Sum(), [x])[0].Value);
        });
        rows.Write([2, 2]);
        capture.Replay();
        Assert.Equal([4, 5, 4, 5, 10, 11, 10, 11], taken!.ToArray());
        Assert.Equal([0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 2, 2], gradient!.ToArray());
        var e = Assert.Throws<ArgumentOutOfRangeException>(() => rows.Write([1, 3]));
        Assert.StartsWith("Indices: 3 (number 1) is no index; expected 0 to 2", e.Message, StringComparison.Ordinal);
        Assert.Equal([2, 2], rows.ToArray());
    }

    /// <summary>A number that the host never saw, from outside the axis: NaN, and no memory but the tensor's is read.</summary>
    [Fact]
    public void A_recorded_number_outside_reads_NaN_and_adds_nothing()
    {
        using var scope = new Scope();
        Tensor scores = Device.Cpu.From(new float[] { 5, 0, 0, 0 }), x = Numbers[0];
        Tensor? taken = null, added = null;
        using var capture = new Capture(Device.Cpu, () =>
        {
            using var best = scores.ArgMax(0, keep: true);
            var beyond = new IndexTensor(best.Values, int.MaxValue);
            taken = x.Gather(0, beyond);
            added = taken.ScatterAdd(0, beyond, 3);
        });
        Assert.Equal([0, 1], taken!.ToArray());
        scores.Write<float>([0, 0, 0, 5]);
        capture.Replay();
        Assert.Equal([float.NaN, float.NaN], taken.ToArray());
        Assert.Equal(new float[6], added!.ToArray());
    }

    [Fact]
    public void What_is_found_can_be_taken()
    {
        using var best = Numbers.ArgMax(1);
        Assert.Equal([2, 2, 2, 2], best.ToArray());
        Assert.Equal([2, 2, 2, 2], Numbers.Gather(1, best).Shape);
        Failure.Contains<ArgumentOutOfRangeException>("index 2 (number 0) is no position of axis 0 of [2, 3, 2]",
            () => Numbers.Gather(0, best));
    }

    /// <summary>numpy.take_along_axis(numbers, [[[2, 0]], [[1, 1]]], 1), and its transpose.</summary>
    [Fact]
    public void Along_an_axis_each_place_has_its_own_numbers()
    {
        using var own = Device.Cpu.Indices([2, 0, 1, 1], [2, 1, 2]);
        Var x = Var.Leaf(Numbers.Clone());
        var taken = x.TakeAlongAxis(own, 1);
        Assert.Equal([2, 1, 2], taken.Shape);
        Assert.Equal([4, 1, 8, 9], taken.Value.ToArray());
        Var weights = Device.Cpu.From(new float[,,] { { { 1, 2 } }, { { 3, 4 } } });
        Assert.Equal([0, 2, 0, 0, 1, 0, 0, 0, 3, 4, 0, 0], Gradient.Compute((taken * weights).Sum(), [x])[0].Value.ToArray());

        // torch.gather(logits, 1, labels[:, None])
        Tensor logits = Device.Cpu.From(new float[,] { { 1, 2, 3 }, { 4, 5, 6 } });
        Assert.Equal([3, 4], logits.TakeAlongAxis(Device.Cpu.Indices([2, 0], [2, 1]), -1).ToArray());
        Assert.Equal([2, 0], logits.TakeAlongAxis(Device.Cpu.Indices([], [2, 0]), 1).Shape);
    }

    /// <summary>So many lines that numbers of places among all of them would be no whole numbers of floats.</summary>
    [Fact]
    public void Long_lines_are_taken_in_parts()
    {
        using var scope = new Scope();
        const int Lines = 5, Size = 5_000_000;
        Tensor x = Device.Cpu.Zeros([Lines, Size]);
        for (int line = 0; line < Lines; line++)
        {
            x[line, ^1].CopyFrom(Device.Cpu.Full([], line + 1));
            x[line, 1].CopyFrom(Device.Cpu.Full([], -line));
        }

        using var own = Device.Cpu.Indices([.. Enumerable.Repeat((int[])[Size - 1, 1], Lines).SelectMany(i => i)], [Lines, 2]);
        Assert.Equal([1, 0, 2, -1, 3, -2, 4, -3, 5, -4], x.TakeAlongAxis(own, 1).ToArray());
    }

    /// <summary>A number that leaves its line is not one of another line.</summary>
    [Fact]
    public void A_recorded_number_outside_its_line_reads_NaN()
    {
        using var scope = new Scope();
        Tensor scores = Device.Cpu.From(new float[,] { { 5, 0, 0, 0 }, { 0, 5, 0, 0 } }), x = Numbers[0][..2];
        Tensor? taken = null, added = null;
        using var capture = new Capture(Device.Cpu, () =>
        {
            using var best = scores.ArgMax(1, keep: true);
            var beyond = new IndexTensor(best.Values, int.MaxValue);
            taken = x.TakeAlongAxis(beyond, 1);
            added = taken.ScatterAddAlongAxis(beyond, 1, 2);
        });
        Assert.Equal([0, 3], taken!.ToArray());
        scores.Write<float>([0, 0, 5, 0, 5, 0, 0, 0]);
        capture.Replay();
        Assert.Equal([float.NaN, 2], taken.ToArray());
        Assert.Equal([0, 0, 2, 0], added!.ToArray());
    }

    private static float[][] Rows(Tensor x) => [.. Enumerable.Range(0, x.Shape[0]).Select(i => x[i].ToArray())];
}
