namespace LisNative.Data;

/// <summary>
/// Pictures of one size, one after another, as they become a data set: of bytes or, as soon as one is deeper or a range is given, of
/// floats.
/// </summary>
/// <param name="source">The folder or file, for messages.</param>
/// <param name="count">The most pictures that may come.</param>
/// <param name="options">How they were read.</param>
/// <param name="decode">Reads one again by its place; null where that cannot be done.</param>
internal sealed class PictureStack(string source, int count, ReadOptions options, Func<int, byte[]>? decode = null)
{
    /// <summary>The fewest bits of cameras that write 16.</summary>
    private const int LeastBits = 12;

    private byte[]? bytes;
    private float[]? values;
    private Shape? shape;
    private (float Low, float High) deep = (1, 0);
    private int used;
    private bool isMade;

    /// <summary>Puts one on top, of the first's channels and size.</summary>
    /// <exception cref="InputException">All together are too large; a sample is out of the range.</exception>
    internal void Add(Picture picture, string name)
    {
        shape ??= picture.Shape;
        int size = picture.Shape.Count;
        isMade |= decode is not null && (long)size * count > options.Held;
        if (isMade)
        {
            if (picture is not Picture<byte> || options.Range is not null)
            {
                throw new InputException(source, $"expected pictures of 8 bits without --range where {count} of {picture.Shown} are more "
                    + $"than the memory holds, found others in {name}; a larger --memory or smaller pictures (--size) help");
            }

            return;
        }

        if ((long)size * count > Array.MaxLength)
        {
            string found = $"found {count} images of {picture.Shown}";
            throw new InputException(source, $"expected at most {Array.MaxLength} pixels and channels in all, {found}; {Smaller(picture)}");
        }

        if (picture is Picture<byte> { Pixels: var pixels } && values is null && options.Range is null)
        {
            pixels.CopyTo(bytes ??= new byte[size * count], used);
        }
        else
        {
            var target = (values ??= Floats(size)).AsSpan(used, size);
            picture.CopyTo(target, options.Range, name);
            Widen(picture, target);
        }

        used += size;
    }

    /// <summary>All of them.</summary>
    internal Dataset ToDataset(int[] labels)
    {
        if (isMade)
        {
            return Dataset.Made(source, shape!.Value, labels, decode!, most: 0);
        }

        if (deep.Low <= deep.High && deep.High - deep.Low < 1f / 8)
        {
            int bits = Math.Max(LeastBits, (int)Math.Ceiling(Math.Log2((deep.High * ushort.MaxValue) + 1)));
            options.Warn(
                $"{source}: its pictures of 16 bits use less than an eighth of that range, in which a network sees little; "
                + $"--range 0..{(1 << bits) - 1}, given when training, would spread them over [0, 1]");
        }

        return values is null ? new(source, shape!.Value, Whole(bytes!), labels) : new(source, shape!.Value, Whole(values), labels)
        { Range = options.Range };
    }

    /// <summary>The largest size in about the same proportions of which so many pictures fit.</summary>
    private string Smaller(Picture picture)
    {
        double scale = Math.Sqrt(Array.MaxLength / ((double)picture.Shape.Count * count));
        int height = (int)(picture.Height * scale), width = (int)(picture.Width * scale);
        return height > 0 && width > 0 ? $"--size {height}x{width} or smaller makes them fit" : "fewer would fit";
    }

    private float[] Floats(int size)
    {
        var floats = new float[size * count];
        for (int i = 0; i < used; i++)
        {
            floats[i] = bytes![i] * (1f / 255);
        }

        bytes = null;
        return floats;
    }

    /// <summary>What deep pictures use of their range.</summary>
    private void Widen(Picture picture, ReadOnlySpan<float> samples)
    {
        if (picture is Picture<ushort> && options.Range is null)
        {
            foreach (float sample in samples)
            {
                deep = (Math.Min(deep.Low, sample), Math.Max(deep.High, sample));
            }
        }
    }

    private T[] Whole<T>(T[] all) => all.Length == used ? all : all[..used];
}
