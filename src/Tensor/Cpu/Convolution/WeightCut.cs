namespace LisNative.Cpu;

/// <summary>
/// How the sum of a weight's gradient is shared out: by groups of images, each with a sum of its own, and, where these are few, by rows of
/// the kernel and panels of the sum, which changes no sum. All of it is a function of shapes.
/// </summary>
/// <param name="Groups">Groups of images.</param>
/// <param name="Rows">Rows of the kernel that are parts, or 1.</param>
/// <param name="Panels">Runs of panels that are parts, or 1.</param>
internal readonly record struct WeightCut(int Groups, int Rows, int Panels)
{
    private const int MostGroups = 16;

    /// <summary>Floats of all the groups' sums.</summary>
    private const long Sums = 1 << 21;

    internal int Parts => Groups * Rows * Panels;

    /// <summary>Whether parts share what they read, so that it is prepared for all of them.</summary>
    internal bool Shares => Rows * Panels > 1;

    /// <summary>Groups of so many images with so many weights.</summary>
    internal static int GroupsFor(int images, long weights) =>
        (int)Math.Clamp(Sums / Math.Max(1, weights), 1, Math.Min(images, MostGroups));

    internal static WeightCut Create(int images, long weights, int kernelRows, int panels)
    {
        int groups = GroupsFor(images, weights);
        return groups >= MostGroups ? new(groups, 1, 1)
            : new(groups, kernelRows, Math.Clamp(MostGroups / (groups * kernelRows), 1, panels));
    }
}
