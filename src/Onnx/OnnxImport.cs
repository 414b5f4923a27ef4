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
        return Build(device, OnnxFile.Read(path), outputs);
    }

    /// <summary>The same, to values that are chosen by a look at the network to the file's own outputs.</summary>
    /// <inheritdoc cref="Read(Device, string, IReadOnlyList{string})"/>
    public static Network Read(Device device, string path, Func<Network, IReadOnlyList<string>> choose)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(choose);
        var file = OnnxFile.Read(path);
        using var whole = Build(Device.Cpu, file, []);
        return Build(device, file, choose(whole));
    }

    private static Network Build(Device device, OnnxFile file, IReadOnlyList<string> outputs) =>
        new NetworkBuilder(file, file.Select(outputs)).Build(device);
}
