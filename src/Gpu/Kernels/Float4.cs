using System.Runtime.InteropServices;

namespace LisNative.Gpu.Kernels;

/// <summary>Four neighbours in memory: one load or store of 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Float4(float x, float y, float z, float w)
{
    internal float X = x, Y = y, Z = z, W = w;
}
