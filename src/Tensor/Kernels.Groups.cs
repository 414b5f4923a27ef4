namespace LisNative;

internal sealed partial class Kernels
{
    /// <summary>
    /// A convolution whose channels are in groups, by one convolution of each group's channels, where the backend has no kernel for all.
    /// </summary>
    private static void EachGroup(Tensor x, Tensor w, Tensor y, ConvGeometry geometry, GroupKernel kernel)
    {
        var alone = geometry with { Groups = 1 };
        int groups = geometry.Groups;
        for (int i = 0; i < groups; i++)
        {
            using Tensor x1 = Part(x, 1, i, groups), w1 = Part(w, 0, i, groups), y1 = Part(y, 1, i, groups);
            kernel(x1, w1, y1, alone, i);
        }
    }

    internal static void EachGroup(Tensor x, Tensor w, Tensor y, ConvGeometry geometry, Epilogue epilogue, EndedKernel kernel) =>
        EachGroup(x, w, y, geometry, (x1, w1, y1, alone, i) =>
        {
            using var bias = epilogue.Bias is { } all ? Part(all, 0, i, geometry.Groups) : null;
            using var gate = epilogue.Gate is { } whole ? Part(whole.Output, 1, i, geometry.Groups) : null;
            kernel(x1, w1, y1, alone,
                epilogue with { Bias = bias, Gate = gate is null ? null : new(epilogue.Gate!.Activation, gate) });
        });

    /// <summary>The channels of group i.</summary>
    private static Tensor Part(Tensor t, int axis, int i, int groups) => t.Slice(axis, t.Shape[axis] / groups * i, t.Shape[axis] / groups);

    private delegate void GroupKernel(Tensor x, Tensor w, Tensor y, ConvGeometry geometry, int group);

    internal delegate void EndedKernel(Tensor x, Tensor w, Tensor y, ConvGeometry geometry, Epilogue epilogue);
}
