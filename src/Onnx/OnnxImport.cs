using LisNative.Layers;

namespace LisNative.Onnx;

/// <summary>Trained networks from ONNX files, as networks of this engine.</summary>
public static class OnnxImport
{
    /// <summary>
    /// A network of images [N, channels, height, width] to values of its file. Only what these need is read; batch normalisation is folded
    /// into what stands before it.
    /// </summary>
    /// <param name="device">Where its weights go.</param>
    /// <param name="path">An ONNX file that holds its weights in single precision.</param>
    /// <param name="outputs">Names of values or of nodes, also of such within the network; none means the file's own outputs.</param>
    /// <exception cref="InputException">It cannot be read, or needs something that the engine has not; the message names it.</exception>
    public static Network Read(Device device, string path, params IReadOnlyList<string> outputs)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(outputs);
        var file = OnnxFile.Read(path);
        return new NetworkBuilder(file, file.Select(outputs)).Build(device);
    }

    /// <summary>The numbers that a file holds under a name, whether a node reads them or not.</summary>
    /// <exception cref="InputException">It cannot be read, or there are none.</exception>
    internal static (Shape Shape, float[] Values) Initialiser(string path, string name)
    {
        var file = OnnxFile.Read(path);
        var constant = file.Initialiser(name) ?? throw new InputException(path,
            $"expected numbers called \"{name}\", found {OnnxFile.Some(file.Initialisers)}");
        return (Shape.Create(constant.Sizes), constant.ToFloats());
    }
}
