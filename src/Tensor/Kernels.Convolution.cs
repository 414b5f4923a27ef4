namespace LisNative;

internal sealed partial class Kernels
{
    public void Conv2d(Tensor x, Tensor w, Tensor y, ConvGeometry geometry, Epilogue epilogue) =>
        Convolve(nameof(Conv2d), x, w, y, geometry, epilogue, transposed: false);

    public void ConvTranspose2d(Tensor y, Tensor w, Tensor x, ConvGeometry geometry, Epilogue epilogue) =>
        Convolve(nameof(ConvTranspose2d), x, w, y, geometry, epilogue, transposed: true);

    private void Convolve(string operation, Tensor x, Tensor w, Tensor y, ConvGeometry geometry, Epilogue epilogue, bool transposed)
    {
        var (input, result) = transposed ? (y, x) : (x, y);
        using var held = Enter(operation, input, w, result, epilogue.Bias, epilogue.Gate?.Output);
        Check(geometry.Takes(x.Shape, w.Shape, y.Shape), operation, input, w, result);
        CheckResult(operation, result);
        CheckEpilogue(operation, epilogue, result.Shape, result.Shape[1]);
        if (!Writes(result))
        {
            return;
        }

        if (geometry.Groups == 1)
        {
            Alone(x, w, y, geometry, epilogue);
        }
        else if (backend is not IGroupKernels kernel || !kernel.TryConvolve(input, w, result, geometry, epilogue, transposed))
        {
            EachGroup(x, w, y, geometry, epilogue, Alone);
        }

        void Alone(Tensor x1, Tensor w1, Tensor y1, ConvGeometry one, Epilogue end)
        {
            if (transposed)
            {
                backend.ConvTranspose2d(y1, w1, x1, one, end);
            }
            else
            {
                backend.Conv2d(x1, w1, y1, one, end);
            }
        }
    }

    public void Conv2dWeight(Tensor x, Tensor y, Tensor w, ConvGeometry geometry)
    {
        using var held = Enter(nameof(Conv2dWeight), x, y, w);
        Check(geometry.Takes(x.Shape, w.Shape, y.Shape), nameof(Conv2dWeight), x, y, w);
        CheckResult(nameof(Conv2dWeight), w);
        if (!Writes(w))
        {
            return;
        }

        if (y.Count == 0)
        {
            backend.Fill(w, 0);
        }
        else if (geometry.Groups == 1)
        {
            backend.Conv2dWeight(x, y, w, geometry);
        }
        else if (backend is not IGroupKernels kernel || !kernel.TryConv2dWeight(x, y, w, geometry))
        {
            EachGroup(x, w, y, geometry, (x1, w1, y1, alone, _) => backend.Conv2dWeight(x1, y1, w1, alone));
        }
    }

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
