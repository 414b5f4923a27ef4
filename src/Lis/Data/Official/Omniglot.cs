namespace LisNative.Data;

/// <summary>
/// Omniglot (Lake et al. 2015) brought to MNIST's form: 105×105 black on white becomes 28×28 white on black, averaged over areas
/// and brightened twofold, which brings its mean (0.109) near MNIST's (0.131).
/// </summary>
internal static class Omniglot
{
    private const int Brightness = 2;

    private static readonly ReadOptions Small = new() { Size = (28, 28) };

    /// <summary>Reads images_background.zip and, when there, images_evaluation.zip from a folder.</summary>
    /// <exception cref="InputException">The first is missing, or one is damaged.</exception>
    public static Dataset Read(string folder)
    {
        string background = Path.Combine(folder, "images_background.zip"), evaluation = Path.Combine(folder, "images_evaluation.zip");
        var set = Convert(ImageFiles.ReadZip(background, Small));
        return File.Exists(evaluation) ? set.Concat(Convert(ImageFiles.ReadZip(evaluation, Small))) : set;
    }

    private static Dataset Convert(Dataset set)
    {
        int size = 28 * 28;
        var pixels = new byte[set.Count * size];
        for (int i = 0; i < set.Count; i++)
        {
            var from = set.Pixels(i);
            for (int j = 0; j < size; j++)
            {
                pixels[(i * size) + j] = (byte)Math.Min(255, Brightness * (255 - from[j]));
            }
        }

        return new(set.Name, [1, 28, 28], pixels, set.Labels);
    }
}
