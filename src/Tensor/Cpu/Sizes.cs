using System.Runtime.InteropServices;

namespace LisNative.Cpu;

// Numbers as types, by their sizes: those are constants when the JIT reads the code, so that it does not even read what a tile lacks.
[StructLayout(LayoutKind.Sequential, Size = 1)] internal struct Size1;
[StructLayout(LayoutKind.Sequential, Size = 2)] internal struct Size2;
[StructLayout(LayoutKind.Sequential, Size = 3)] internal struct Size3;
[StructLayout(LayoutKind.Sequential, Size = 4)] internal struct Size4;
[StructLayout(LayoutKind.Sequential, Size = 5)] internal struct Size5;
[StructLayout(LayoutKind.Sequential, Size = 6)] internal struct Size6;
[StructLayout(LayoutKind.Sequential, Size = 7)] internal struct Size7;
[StructLayout(LayoutKind.Sequential, Size = 8)] internal struct Size8;
