using System.Reflection;
using ILGPU;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;

namespace LisNative.Gpu;

/// <summary>
/// a·b + c rounded once. ILGPU has the instruction but no way to ask for it: a product and a sum are two roundings on OpenCL, and one or two
/// on CUDA as the driver pleases. So each code generator is told here.
/// </summary>
internal static class FusedMultiplyAdd
{
    [IntrinsicImplementation]
    internal static float Invoke(float a, float b, float c) => MathF.FusedMultiplyAdd(a, b, c);

    /// <summary>Makes it known to a context, before the first kernel is compiled.</summary>
    internal static void Register(Context context)
    {
        var method = typeof(FusedMultiplyAdd).GetMethod(nameof(Invoke), BindingFlags.Static | BindingFlags.NonPublic)!;
        var manager = context.GetIntrinsicManager();
        manager.RegisterMethod(method, new PTXIntrinsic(typeof(FusedMultiplyAdd), nameof(Ptx), IntrinsicImplementationMode.GenerateCode));
        manager.RegisterMethod(method, new CLIntrinsic(typeof(FusedMultiplyAdd), nameof(OpenCL), IntrinsicImplementationMode.GenerateCode));
    }

    private static void Ptx(PTXBackend backend, PTXCodeGenerator generator, Value call)
    {
        var (a, b, c) = (generator.LoadPrimitive(call[0]), generator.LoadPrimitive(call[1]), generator.LoadPrimitive(call[2]));
        var target = generator.AllocateHardware(call);
        using var command = generator.BeginCommand("fma.rn.f32");
        command.AppendArgument(target);
        command.AppendArgument(a);
        command.AppendArgument(b);
        command.AppendArgument(c);
    }

    private static void OpenCL(CLBackend backend, CLCodeGenerator generator, Value call)
    {
        var (a, b, c) = (generator.Load(call[0]), generator.Load(call[1]), generator.Load(call[2]));
        var target = generator.Allocate(call);
        using var statement = generator.BeginStatement(target, "fma");
        statement.BeginArguments();
        statement.AppendArgument(a);
        statement.AppendArgument(b);
        statement.AppendArgument(c);
        statement.EndArguments();
    }
}
