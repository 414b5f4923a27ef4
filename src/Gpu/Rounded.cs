using System.Reflection;
using ILGPU;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;

namespace LisNative.Gpu;

/// <summary>
/// Products that are rounded as they are written. ILGPU has the fused instruction but no way to ask for it, and on CUDA leaves it to the driver whether a product and a sum
/// become one. So each code generator is told here.
/// </summary>
internal static class Rounded
{
    /// <summary>a·b + c rounded once.</summary>
    [IntrinsicImplementation]
    internal static float FusedMultiplyAdd(float a, float b, float c) => MathF.FusedMultiplyAdd(a, b, c);

    /// <summary>a·b rounded, whatever is added to it.</summary>
    [IntrinsicImplementation]
    internal static float Multiply(float a, float b) => a * b;

    /// <summary>Makes them known to a context, before the first kernel is compiled.</summary>
    internal static void Register(Context context)
    {
        var manager = context.GetIntrinsicManager();
        manager.RegisterMethod(Method(nameof(FusedMultiplyAdd)), new PTXIntrinsic(typeof(Rounded), nameof(PtxFusedMultiplyAdd), IntrinsicImplementationMode.GenerateCode));
        manager.RegisterMethod(Method(nameof(FusedMultiplyAdd)), new CLIntrinsic(typeof(Rounded), nameof(OpenCLFusedMultiplyAdd), IntrinsicImplementationMode.GenerateCode));
        manager.RegisterMethod(Method(nameof(Multiply)), new PTXIntrinsic(typeof(Rounded), nameof(PtxMultiply), IntrinsicImplementationMode.GenerateCode));
        manager.RegisterMethod(Method(nameof(Multiply)), new CLIntrinsic(typeof(Rounded), nameof(OpenCLMultiply), IntrinsicImplementationMode.Redirect));
    }

    private static MethodInfo Method(string name) => typeof(Rounded).GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!;

    private static void PtxFusedMultiplyAdd(PTXBackend backend, PTXCodeGenerator generator, Value call) => Ptx(generator, call, "fma.rn.f32");

    private static void PtxMultiply(PTXBackend backend, PTXCodeGenerator generator, Value call) => Ptx(generator, call, "mul.rn.f32");

    private static void Ptx(PTXCodeGenerator generator, Value call, string instruction)
    {
        var arguments = Enumerable.Range(0, call.Nodes.Length).Select(i => generator.LoadPrimitive(call[i])).ToList();
        var target = generator.AllocateHardware(call);
        using var command = generator.BeginCommand(instruction);
        command.AppendArgument(target);
        foreach (var argument in arguments)
        {
            command.AppendArgument(argument);
        }
    }

    /// <summary>OpenCL may join a product and a sum of one expression; code from ILGPU has one operation in each.</summary>
    private static float OpenCLMultiply(float a, float b) => a * b;

    private static void OpenCLFusedMultiplyAdd(CLBackend backend, CLCodeGenerator generator, Value call)
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
