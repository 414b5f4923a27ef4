namespace LisNative.Data;

/// <summary>Images of one size, and why others could not be read.</summary>
internal sealed class GatheredImages
{
    private readonly ImageSource source;
    private readonly ReadOptions options;
    private readonly PictureStack stack;
    private (Shape Sample, string Name)? first;

    /// <summary>Reads images begin … begin + count − 1.</summary>
    /// <exception cref="InputException">One cannot be read and nobody is told; together they are more than an array can hold.</exception>
    internal GatheredImages(ImageSource source, int begin, int count, ReadOptions options)
    {
        (this.source, this.options) = (source, options);
        stack = new(source.Path, count, options, source.IsLasting ? Again : null);
        foreach (var decoded in Decoding.InOrder(begin, count, Decode, options.Threads, options.Cancellation))
        {
            options.Progress(decoded.Row + 1, source.Names.Count);
            foreach (string warning in decoded.Warnings)
            {
                options.Warn(warning);
            }

            if ((decoded.Problem ?? Add(decoded.Row, decoded.Picture!)) is { } problem)
            {
                Problems.Add(problem is OtherSizeException || options.Unreadable is not null ? problem : throw problem);
            }
        }
    }

    /// <summary>The numbers of those that were read.</summary>
    internal List<int> Rows { get; } = [];

    /// <summary>Why others were not, in their order.</summary>
    internal List<InputException> Problems { get; } = [];

    internal Dataset ToDataset(int[] labels) => stack.ToDataset([.. Rows.Select(i => labels[i])]);

    /// <summary>By any thread. What does not fit is let go at once: it may be large.</summary>
    private Picture Decode(int i, Action<string> warn)
    {
        var picture = Picture.Read(source.Bytes(i), source[i], options with { Warn = warn });
        return Misfit(i, picture) is { } misfit ? throw misfit : picture;
    }

    /// <summary>Reads one again that could be read.</summary>
    private byte[] Again(int place)
    {
        int i = Rows[place];
        return Picture.Read(source.Bytes(i), source[i], options with { Warn = _ => { } }) is Picture<byte> again
            && again.Shape == first!.Value.Sample ? again.Pixels
            : throw new InputException(source[i], "expected the picture that was there before, found another");
    }

    /// <summary>Keeps a picture, or says why not.</summary>
    private InputException? Add(int i, Picture picture)
    {
        first ??= (picture.Shape, source[i]);
        if (Misfit(i, picture) is { } misfit)
        {
            return misfit;
        }

        try
        {
            stack.Add(picture, source[i]);
        }
        catch (InputException e) when (e.Where == source[i])
        {
            return e;
        }

        Rows.Add(i);
        if (Rows.Count == 1)
        {
            options.Planned(picture.Shape, source.Names.Count);
        }

        return null;
    }

    private OtherSizeException? Misfit(int i, Picture picture) =>
        options.Sample is { } sample ? sample == picture.Shape ? null
            : new(source[i],
                $"expected images {sample} [channels, height, width], found "
                + $"{picture.Shape}{Remedy(sample, picture, "--resize (of evaluate: --size) scales them")}")
        : first is not var (model, name) || model == picture.Shape ? null
            : new(source[i],
                $"expected {string.Join('×', model.Sizes.ToArray())} pixels as in {name}, found "
                + $"{picture.Shown}{Remedy(model, picture, "--size scales all to one")}");

    private static string Remedy(Shape wanted, Picture found, string scaling)
    {
        bool images = wanted.Rank == 3;
        string colour = images && wanted[0] != found.Channels ? $"; --colour {(wanted[0] == 1 ? "grey" : "rgb")} makes them alike" : "";
        return images && (wanted[1], wanted[2]) != (found.Height, found.Width) ? $"{colour}; {scaling}" : colour;
    }
}
