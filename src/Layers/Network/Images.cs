namespace LisNative.Layers;

/// <summary>Images with their channels innermost, [N, H, W, C]: the memory order that convolutions read and write.</summary>
internal static class Images
{
    /// <summary>A view [N, H, W, C] of [N, C, H, W].</summary>
    internal static Var ChannelsLast(this Var x) => x.Permute(0, 2, 3, 1);

    /// <summary>A view [N, C, H, W] of [N, H, W, C].</summary>
    internal static Var ChannelsFirst(this Var x) => x.Permute(0, 3, 1, 2);

    /// <summary>Copies of one value around images [N, H, W, C].</summary>
    internal static Var PadImages(this Var x, (int Before, int After) rows, (int Before, int After) columns, double value = 0) =>
        rows == (0, 0) && columns == (0, 0) ? x : x.Pad([0, rows.Before, columns.Before, 0], [0, rows.After, columns.After, 0], value);
}
