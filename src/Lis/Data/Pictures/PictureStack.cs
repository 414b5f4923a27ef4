using LisNative.Layers;

namespace LisNative.Data;

/// <summary>Pictures of one size, one after another, as they become a data set: of bytes or, as soon as one is deeper or a range is given, of floats.</summary>
/// <param name="source">The folder or file, for messages.</param>
/// <param name="count">The most pictures that may come.</param>
/// <param name="options">How they were read.</param>
internal sealed class PictureStack(string source, int count, ReadOptions options)
{
    /// <summary>Of cameras that write 16.</summary>
    private const int LeastBits = 12;

    private byte[]? bytes;
    private float[]? values;
    private (Picture Picture, string Name)? first;
    private (float Low, float High) deep = (1, 0);
    private int used;

    /// <summary>Puts one on top.</summary>
    /// <exception cref="InputException">It differs from the first in channels or size; all together are too large; a sample is out of the range.</exception>
    internal void Add(Picture picture, string name)
    {
        var (model, modelName) = first ??= (picture, name);
        if ((picture.Channels, picture.Height, picture.Width) != (model.Channels, model.Height, model.Width))
        {
            string remedy = picture.Channels != model.Channels ? "--colour grey or --colour rgb makes all alike" : "--size scales all to one";
            throw new InputException(name, $"expected {Shown(model)} pixels as in {modelName}, found {Shown(picture)}; {remedy}");
        }

        int size = picture.Channels * picture.Height * picture.Width;
        if ((long)size * count > Array.MaxLength)
        {
            throw new InputException(source, $"expected at most {Array.MaxLength} pixels and channels in all, found {count} pictures of {Shown(picture)}; --size makes them smaller");
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
        if (deep.Low <= deep.High && deep.High - deep.Low < 1f / 8)
        {
            int bits = Math.Max(LeastBits, (int)Math.Ceiling(Math.Log2((deep.High * ushort.MaxValue) + 1)));
            options.Warn($"{source}: its pictures of 16 bits use less than an eighth of that range, in which a network sees little; --range 0..{(1 << bits) - 1}, given when training and when scoring, would spread them over [0, 1]");
        }

        var (picture, _) = first ?? throw new InputException(source, "expected images that can be read, found none");
        Shape shape = [picture.Channels, picture.Height, picture.Width];
        return values is null ? new(source, shape, Whole(bytes!), labels) : new(source, shape, Whole(values), labels);
    }

    private static string Shown(Picture picture) => $"{picture.Channels}×{picture.Height}×{picture.Width}";

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
