namespace LisNative.Proof.Records;

public static partial class Table
{
    private static IEnumerable<OperationRecord> Pools()
    {
        Shape[][] refuses = [[[2, 3, 1, 1]], [[3, 8, 6]]];
        yield return new("max_pool2d", x => x[0].MaxPool2d(2, 2), A(2, 3, 8, 6)) { Refuses = refuses };
        yield return new("max_pool2d overlapping", x => x[0].MaxPool2d(3, 2), A(2, 3, 9, 7));
        yield return SumOfProducts("avg_pool2d", x => x[0].AvgPool2d(2, 2), A(2, 3, 8, 6)) with { Refuses = refuses };

        // Registers that are filled, and lie over one another; windows that hang over, meet twice, and leave pixels out.
        foreach (var (c, kernel, stride, padding, dilation, ceiling) in new (int, PerAxis, PerAxis, Pads, PerAxis, bool)[]
            { (37, 3, 2, 1, 1, false), (16, (2, 3), (2, 1), (1, 2), 1, true), (5, 2, 3, new(1, 0, 0, 1), 1, true),
            (19, (3, 2), (1, 2), new(0, 1, 2, 0), (2, 3), false), (8, 1, 2, 0, 1, true) })
        {
            string name = $"{c} channels kernel {kernel} stride {stride} padding {padding} dilation {dilation}"
                + (ceiling ? " ceiling" : "");
            yield return new($"max_pool2d {name}", x => x[0].MaxPool2d(kernel, stride, padding, dilation, ceiling), A(2, c, 9, 8));
            yield return new($"max_pool2d channels last {name}",
                x => x[0].Permute(0, 3, 1, 2).MaxPool2d(kernel, stride, padding, dilation, ceiling), A(2, 9, 8, c));
            foreach (bool counts in dilation == 1 ? [true, false] : Array.Empty<bool>())
            {
                Var Mean(IReadOnlyList<Var> x) => x[0].AvgPool2d(kernel, stride, padding, ceiling, counts);
                yield return SumOfProducts($"avg_pool2d {name}{(counts ? "" : " without padding")}", Mean, A(2, c, 9, 8));
            }
        }
    }
}
