using System.Runtime.InteropServices;

namespace LisNative.Gpu.Kernels;

/// <summary>Four neighbours in memory: one load or store of 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Float4(float x, float y, float z, float w)
{
    internal float X = x, Y = y, Z = z, W = w;

    public static Float4 operator +(Float4 a, Float4 b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z, a.W + b.W);

    /// <summary>One of the four, by number: a loop over them is compiled once where four statements would be four times.</summary>
    internal readonly float this[int i] => i == 0 ? X : i == 1 ? Y : i == 2 ? Z : W;

    /// <summary>This with another value at one place.</summary>
    internal readonly Float4 With(int i, float value) =>
        new(i == 0 ? value : X, i == 1 ? value : Y, i == 2 ? value : Z, i == 3 ? value : W);
}
