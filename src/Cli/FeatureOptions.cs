using System.CommandLine;
using LisNative.Features;

namespace LisNative.Cli;

/// <summary>What is looked at in pictures in place of their pixels as a whole, as command-line options.</summary>
internal sealed class FeatureOptions
{
    private readonly Option<string?> patches = new("--patches")
    {
        Description = "Learn what square patches of pictures are like, in full detail, instead of pictures as a whole: SIZE or "
        + "SIZE/STRIDE in pixels, for example 16 or 16/8. Then --size is the pictures' size, and there are maps.",
    };

    internal IReadOnlyList<Option> All => [patches];

    internal void AddTo(Command command)
    {
        foreach (var option in All)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What is asked for, for pictures of a shape; null for samples as a whole.</summary>
    /// <exception cref="InputException">It is no such thing, or the samples are no pictures.</exception>
    internal FeatureExtractor? Create(ParseResult parsed, Shape sample)
    {
        if (parsed.GetValue(patches) is not { } text)
        {
            return null;
        }

        if (sample.Rank != 3)
        {
            throw new InputException("--patches", $"expected pictures, found samples {sample}");
        }

        int[] sizes = [.. text.Split('/').Select(t => int.TryParse(t, out int n) ? n : -1)];
        return sizes is [> 0, ..] and { Length: 1 } or [> 0, > 0]
            ? new PatchExtractor(sample[0], sizes[0], sizes.Length > 1 ? sizes[1] : null)
            : throw new InputException("--patches", $"expected SIZE or SIZE/STRIDE in pixels, found {text}");
    }
}
