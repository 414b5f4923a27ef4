using System.Reflection;

namespace LisNative.Tests.Engine;

/// <summary>What the speed of inner loops depends on beyond their text.</summary>
public class InnerLoopTests
{
    [Fact]
    public void The_jit_compiles_each_alone()
    {
        var loops = typeof(Tensor).Assembly.GetTypes().Where(t => t.Namespace == "LisNative.Cpu")
            .SelectMany(t => t.GetMethods(
                BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(m => m.MethodImplementationFlags.HasFlag(MethodImplAttributes.AggressiveOptimization)).ToList();
        Assert.True(loops.Count > 15, $"only {loops.Count} were found");
        Assert.All(loops, m => Assert.True(
            m.MethodImplementationFlags.HasFlag(MethodImplAttributes.NoInlining),
            $"{m.DeclaringType}.{m.Name} may become part of its caller"));
    }
}
