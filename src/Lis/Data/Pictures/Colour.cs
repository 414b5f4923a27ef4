namespace LisNative.Data;

/// <summary>What pictures are made of.</summary>
public enum Colour
{
    /// <summary>One channel: 0.299 red + 0.587 green + 0.114 blue.</summary>
    Grey,

    /// <summary>Three channels; those of a grey picture are equal.</summary>
    Rgb,
}
