namespace LisNative.Layers;

/// <summary>Images with their channels innermost, [N, H, W, C]: the memory order that convolutions read and write.</summary>
internal static class Images
{
    /// <summary>A view [N, H, W, C] of [N, C, H, W].</summary>
    internal static Var ChannelsLast(this Var x) => x.Permute(0, 2, 3, 1);

    /// <summary>A view [N, C, H, W] of [N, H, W, C].</summary>
    internal static Var ChannelsFirst(this Var x) => x.Permute(0, 3, 1, 2);
}
