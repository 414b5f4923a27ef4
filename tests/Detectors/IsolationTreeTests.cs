using LisNative.Data;
using LisNative.Random;

namespace LisNative.Tests.Detectors;

/// <summary>Walks of many samples side by side end where each alone ends, and no file makes one endless.</summary>
public sealed class IsolationTreeTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(131)]
    public void Samples_side_by_side_have_the_depths_of_each_alone(int count)
    {
        const int Length = 3;
        var numbers = new float[300 * Length];
        new Philox(1).Normals(numbers);
        var tree = IsolationTree.Grow(new Dataset("x", [Length], numbers, new int[300]), new Philox(2));
        var asked = new float[count * Length];
        new Philox(3).Normals(asked);
        (asked[0], asked[^1]) = (float.MaxValue, float.MinValue);
        double[] depths = new double[count];
        tree.AddDepths(asked, depths);
        tree.AddDepths(asked, depths);
        Assert.Equal(asked.Chunk(Length).Select(s => 2.0 * Depth(tree.Nodes, s)), depths);
    }

    [Theory]
    [InlineData(new float[] { 0, 1, 0, 1, -1, 1, 0, 0 }, 0)]                                                    // leads to itself
    [InlineData(new float[] { 0, 1, 1, 1, -1, 1, 0, 0 }, 0)]                                                    // one child twice
    [InlineData(new float[] { 0, 1, 1, 2, 0, 1, 2, 3, -1, 1, 0, 0, -1, 1, 0, 0 }, 1)]                           // of two parents
    [InlineData(new float[] { 2, 1, 1, 2, -1, 1, 0, 0, -1, 1, 0, 0 }, 0)]                                       // no such element
    [InlineData(new float[] { 0, 1, float.NaN, 2, -1, 1, 0, 0, -1, 1, 0, 0 }, 0)]
    public void A_file_that_is_no_tree_is_refused(float[] nodes, int row) => Failure.Contains<InputException>(
        $"row {row} is neither a leaf nor a cut",
        () => new IsolationTree(nodes, 2, "f"));

    private static float Depth(float[] nodes, float[] sample)
    {
        int at = 0;
        while (nodes[at * IsolationTree.Columns] is >= 0 and var element)
        {
            at = (int)nodes[(at * IsolationTree.Columns) + (sample[(int)element] < nodes[(at * IsolationTree.Columns) + 1] ? 2 : 3)];
        }

        return nodes[(at * IsolationTree.Columns) + 1];
    }
}
