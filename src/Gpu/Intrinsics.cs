using System.Reflection;
using ILGPU;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.IR.Types;
using LisNative.Gpu.Kernels;

namespace LisNative.Gpu;

/// <summary>
/// Arithmetic as it is written. ILGPU has the fused multiply-add but no way to ask for it, and on CUDA leaves it to the driver whether a
/// product and a sum become one; and where it swaps the sides of a comparison, because the left one is a constant, the comparison holds for
/// a NaN. So each code generator is told here.
/// </summary>
internal static class Intrinsics
{
    /// <summary>a·b + c rounded once.</summary>
    [IntrinsicImplementation]
    internal static float FusedMultiplyAdd(float a, float b, float c) => MathF.FusedMultiplyAdd(a, b, c);

    /// <summary>a·b rounded, whatever is added to it.</summary>
    [IntrinsicImplementation]
    internal static float Multiply(float a, float b) => a * b;

    /// <summary>Then where a &lt; b, which no NaN is.</summary>
    [IntrinsicImplementation]
    internal static float IfLess(float a, float b, float then, float otherwise) => a < b ? then : otherwise;

    /// <summary>
    /// What lies at an index if it is wanted, else zeros, by a load under a condition. A branch around a load would be left with moves of
    /// what was loaded, which wait for it: nothing could be done meanwhile.
    /// </summary>
    internal static Float4 LoadIf(bool wanted, ArrayView<Float4> data, int index) => LoadIf(wanted, ref data[IndexIf(wanted, index)]);

    /// <inheritdoc cref="LoadIf(bool, ArrayView{Float4}, int)"/>
    internal static float LoadIf(bool wanted, ArrayView<float> data, int index) => LoadIf(wanted, ref data[IndexIf(wanted, index)]);

    /// <summary>Four of every <paramref name="step"/>-th element, one by one, of which only <paramref name="left"/> are there.</summary>
    internal static Float4 LoadIf(bool wanted, ArrayView<float> data, int index, int step, int left) => new(
        LoadIf(wanted, data, index), LoadIf(wanted & (left > 1), data, index + step), LoadIf(wanted & (left > 2), data, index + (2 * step)),
        LoadIf(wanted & (left > 3), data, index + (3 * step)));

    [IntrinsicImplementation]
    private static Float4 LoadIf(bool wanted, ref Float4 source) => wanted ? source : default;

    [IntrinsicImplementation]
    private static float LoadIf(bool wanted, ref float source) => wanted ? source : 0;

    /// <summary>The index; ILGPU's simulator wants one that is inside, though nothing is loaded from there.</summary>
    [IntrinsicImplementation]
    private static int IndexIf(bool wanted, int index) => wanted ? index : 0;

    /// <summary>Makes them known to a context, before the first kernel is compiled.</summary>
    internal static void Register(Context context)
    {
        const IntrinsicImplementationMode generate = IntrinsicImplementationMode.GenerateCode;
        const IntrinsicImplementationMode redirect = IntrinsicImplementationMode.Redirect;
        var manager = context.GetIntrinsicManager();
        Register(Method(nameof(FusedMultiplyAdd)), nameof(PtxFusedMultiplyAdd), nameof(OpenCLFusedMultiplyAdd), generate);
        Register(Method(nameof(Multiply)), nameof(PtxMultiply), nameof(OpenCLMultiply), redirect);
        Register(Method(nameof(IfLess)), nameof(PtxIfLess), nameof(OpenCLIfLess), redirect);
        Register(Method(nameof(IndexIf)), nameof(PtxIndexIf), nameof(OpenCLIndexIf), redirect);
        Register(LoadMethod<float>(), nameof(PtxLoadIf), nameof(OpenCLLoadIf), redirect);
        Register(LoadMethod<Float4>(), nameof(PtxLoadIf), nameof(OpenCLLoadFourIf), redirect);

        void Register(MethodInfo method, string ptx, string openCL, IntrinsicImplementationMode openCLMode)
        {
            manager.RegisterMethod(method, new PTXIntrinsic(typeof(Intrinsics), ptx, generate));
            manager.RegisterMethod(method, new CLIntrinsic(typeof(Intrinsics), openCL, openCLMode));
        }
    }

    private static MethodInfo Method(string name) => typeof(Intrinsics).GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!;

    private static MethodInfo LoadMethod<T>() =>
        typeof(Intrinsics).GetMethod(nameof(LoadIf), BindingFlags.Static | BindingFlags.NonPublic,
        [typeof(bool), typeof(T).MakeByRefType()])!;

    private static void PtxFusedMultiplyAdd(PTXBackend backend, PTXCodeGenerator generator, Value call) =>
        Ptx(generator, call, "fma.rn.f32");

    private static void PtxMultiply(PTXBackend backend, PTXCodeGenerator generator, Value call) => Ptx(generator, call, "mul.rn.f32");

    private static void Ptx(PTXCodeGenerator generator, Value call, string instruction)
    {
        var arguments = Arguments(generator, call);
        Ptx(generator, instruction, [generator.AllocateHardware(call), .. arguments]);
    }

    private static void PtxIfLess(PTXBackend backend, PTXCodeGenerator generator, Value call)
    {
        var arguments = Arguments(generator, call);
        var isLess = generator.AllocateRegister(BasicValueType.Int1, PTXRegisterKind.Predicate);
        Ptx(generator, "setp.lt.f32", [isLess, arguments[0], arguments[1]]);
        Ptx(generator, "selp.f32", [generator.AllocateHardware(call), arguments[2], arguments[3], isLess]);
        generator.FreeRegister(isLess);
    }

    private static void PtxIndexIf(PTXBackend backend, PTXCodeGenerator generator, Value call) =>
        Ptx(generator, "mov.b32", [generator.AllocateHardware(call), Arguments(generator, call)[1]]);

    private static void PtxLoadIf(PTXBackend backend, PTXCodeGenerator generator, Value call)
    {
        var wanted = generator.LoadHardware(call[0]);
        var source = generator.LoadHardware(call[1]);
        var target = generator.Allocate(call);
        PTXRegisterAllocator.PrimitiveRegister[] values =
            [.. (target is PTXRegisterAllocator.CompoundRegister four ? [.. four.Children] : new[] { target })
            .Cast<PTXRegisterAllocator.PrimitiveRegister>()];
        foreach (var value in values)
        {
            using var clear = generator.BeginCommand("mov.f32");
            clear.AppendArgument(value);
            clear.AppendConstant(0f);
        }

        string space = call[1].Type is AddressSpaceType { AddressSpace: MemoryAddressSpace.Global } ? ".global" : "";
        using var load = generator.BeginCommand($"ld{space}{(values.Length == 4 ? ".v4" : "")}.f32", new(wanted, isTrue: true));
        if (values.Length == 4)
        {
            load.AppendVectorArgument(values);
        }
        else
        {
            load.AppendArgument(values[0]);
        }

        load.AppendArgumentValue(source);
    }

    private static PTXRegisterAllocator.PrimitiveRegister[] Arguments(PTXCodeGenerator generator, Value call) =>
        [.. Enumerable.Range(0, call.Nodes.Length).Select(i => generator.LoadPrimitive(call[i]))];

    private static void Ptx(PTXCodeGenerator generator, string instruction, PTXRegisterAllocator.PrimitiveRegister[] operands)
    {
        using var command = generator.BeginCommand(instruction);
        foreach (var operand in operands)
        {
            command.AppendArgument(operand);
        }
    }

    /// <summary>OpenCL may join a product and a sum of one expression; code from ILGPU has one operation in each.</summary>
    private static float OpenCLMultiply(float a, float b) => a * b;

    /// <summary>In OpenCL a comparison is false for a NaN, whichever side is swapped.</summary>
    private static float OpenCLIfLess(float a, float b, float then, float otherwise) => a < b ? then : otherwise;

    private static int OpenCLIndexIf(bool wanted, int index) => index;

    private static float OpenCLLoadIf(bool wanted, ref float source) => wanted ? source : 0;

    private static Float4 OpenCLLoadFourIf(bool wanted, ref Float4 source) => wanted ? source : default;

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
