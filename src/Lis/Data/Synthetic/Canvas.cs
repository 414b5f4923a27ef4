namespace LisNative.Data.Synthetic;

/// <summary>A normal picture [channels, height, width] that a fault is drawn on, and another one to take from.</summary>
internal sealed class Canvas
{
    /// <summary>What a change must be, of the picture's range, to count as one: five of 255 grey values.</summary>
    internal const float Seen = 0.02f;

    /// <summary>A fault has at least this share of the area, and is on average this far from what was there, in contrasts.</summary>
    private const float LeastShare = 0.001f, LeastChange = 0.6f;

    private const int LeastPixels = 4;

    /// <summary>Weaker contrast counts as this much, stronger one as that, of the range: faults of flat pictures are to be seen.</summary>
    private const float LeastContrast = 0.05f, MostContrast = 0.2f;

    private readonly float[] picture, other;
    private readonly float low, high;

    internal Canvas(ReadOnlySpan<float> picture, ReadOnlySpan<float> other, Shape shape)
    {
        (this.picture, this.other) = (picture.ToArray(), other.ToArray());
        (Channels, Height, Width) = (shape[0], shape[1], shape[2]);
        (low, high) = (Math.Min(0, this.picture.Min()), Math.Max(1, this.picture.Max()));
        Mean = [.. Enumerable.Range(0, Channels).Select(c => this.picture.AsSpan(c * Area, Area).ToArray().Average())];
        double variance = this.picture.Select((v, i) => (double)(v - Mean[i / Area]) * (v - Mean[i / Area])).Average();
        Contrast = Math.Clamp((float)Math.Sqrt(variance), LeastContrast * (high - low), MostContrast * (high - low));
    }

    internal int Channels { get; }

    internal int Height { get; }

    internal int Width { get; }

    internal int Area => Height * Width;

    /// <summary>The shorter one.</summary>
    internal int Side => Math.Min(Height, Width);

    /// <summary>The mean of each channel.</summary>
    internal float[] Mean { get; }

    /// <summary>The standard deviation within channels, in bounds.</summary>
    internal float Contrast { get; }

    internal float At(int c, int y, int x) => picture[(((c * Height) + y) * Width) + x];

    /// <summary>Between pixels; beyond the border the border's value.</summary>
    internal float Between(int c, float y, float x) => (float)Bilinear.Between(Height, Width, y, x, (v, h) => At(c, v, h));

    /// <summary>Of the other picture, between pixels; beyond the border its mirror image.</summary>
    internal float Other(int c, float y, float x) => (float)Bilinear.Between(
        Height, Width, Mirrored(y, Height), Mirrored(x, Width), (v, h) => other[(((c * Height) + v) * Width) + h]);

    /// <summary>The picture with what a fault makes of each place where it is noticed, a mask of those, and whether it is seen.</summary>
    internal (float[] Picture, bool[] Mask, bool Visible) Paint(Fault fault)
    {
        float[] painted = [.. picture];
        var mask = new bool[Area];
        double change = 0;
        var values = new float[Channels];
        for (int p = 0, marked = 0; p < mask.Length; p++)
        {
            float most = 0;
            for (int c = 0; c < Channels; c++)
            {
                values[c] = Math.Clamp(fault(c, p / Width, p % Width), low, high);
                most = Math.Max(most, Math.Abs(values[c] - picture[(c * Area) + p]));
            }

            if (most > Seen * (high - low))
            {
                (mask[p], change) = (true, change + ((most - change) / ++marked));
                for (int c = 0; c < Channels; c++)
                {
                    painted[(c * Area) + p] = values[c];
                }
            }
        }

        bool large = mask.Count(m => m) >= Math.Max(LeastPixels, LeastShare * Area);
        return (painted, mask, large && change >= LeastChange * Contrast);
    }

    private static float Mirrored(float at, int length)
    {
        if (length == 1)
        {
            return 0;
        }

        float last = length - 1, turn = Math.Abs(at) % (2 * last);
        return turn <= last ? turn : (2 * last) - turn;
    }
}

/// <summary>What a faulty picture has at a channel, row and column.</summary>
internal delegate float Fault(int channel, int y, int x);
