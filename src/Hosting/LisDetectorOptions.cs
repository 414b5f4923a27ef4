using LisNative.Data;

namespace LisNative.Hosting;

/// <summary>How a service uses a model file; by name, from code or configuration. They are checked when the host starts.</summary>
public sealed class LisDetectorOptions
{
    /// <summary>The model file.</summary>
    public string Path { get; set; } = "";

    /// <summary>The share of normal samples that may be called anomalies, between 0 and 1.</summary>
    public double FalseAlarmRate { get; set; } = 0.05;

    /// <summary>
    /// How often the file is looked at; zero never looks. A change is loaded once two looks have found the same.
    /// </summary>
    public TimeSpan ReloadInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether pictures are scaled to the model's size; otherwise another size is refused.</summary>
    public bool Resize { get; set; }

    /// <summary>What pictures are turned into; null leaves each as it is.</summary>
    public Colour? Colour { get; set; }

    /// <summary>The most bytes of a picture; 16 MiB by default.</summary>
    public int MaxImageBytes { get; set; } = 16 << 20;

    /// <summary>The most pixels that a picture may declare, before memory is taken for them; 2^25 by default.</summary>
    public int MaxImagePixels { get; set; } = 1 << 25;
}
