using System.Text.Json;
using System.Text.Json.Nodes;

namespace LisNative.Features;

/// <summary>What a trained network was given in training: (scale · pixel − mean) / deviation of each channel, for pixels in [0,
/// 1].</summary>
/// <param name="Scale">255 where the network knows pixels of 0 to 255.</param>
/// <param name="BlueFirst">Whether the channels come as blue, green, red; pictures are read as red, green, blue.</param>
/// <param name="Mean">Of each channel in the network's order; one number holds for all.</param>
/// <param name="Deviation">Likewise.</param>
public sealed record Preprocessing(double Scale, bool BlueFirst, IReadOnlyList<double> Mean, IReadOnlyList<double> Deviation)
{
    /// <summary>Of torchvision, timm and most exporters: the means and deviations of ImageNet.</summary>
    public static Preprocessing ImageNet { get; } = new(1, false, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]);

    /// <summary>Of Caffe, CNTK and Microsoft.ML.DnnImageFeaturizer: blue first, 0 to 255 less the means of ImageNet.</summary>
    public static Preprocessing Caffe { get; } = new(255, true, [103.939, 116.779, 123.68], [1]);

    /// <summary>From −1 to 1, as TensorFlow's MobileNets and EfficientNets have it.</summary>
    public static Preprocessing Symmetric { get; } = new(1, false, [0.5], [0.5]);

    /// <summary>Pixels as they are, from 0 to 1.</summary>
    public static Preprocessing None { get; } = new(1, false, [0], [1]);

    /// <summary>Those with a name, as the tool takes it.</summary>
    internal static IReadOnlyDictionary<string, Preprocessing> Named { get; } = new Dictionary<string, Preprocessing>
    {
        ["imagenet"] = ImageNet,
        ["caffe"] = Caffe,
        ["symmetric"] = Symmetric,
        ["none"] = None,
    };

    /// <summary>What the network is given of pictures [N, channels, height, width].</summary>
    internal Var Apply(Var x)
    {
        var device = x.Value.Device;
        Var Of(IReadOnlyList<double> numbers) => device.From([.. numbers], [1, numbers.Count, 1, 1]);
        using var ordered = BlueFirst ? x.Value.Flip(1) : null;
        return ((ordered ?? x.Value) * Scale - Of(Mean)) / Of(Deviation);
    }

    internal JsonObject Write() => new()
    {
        ["scale"] = Scale,
        ["blueFirst"] = BlueFirst,
        ["mean"] = new JsonArray([.. Mean.Select(m => JsonValue.Create(m))]),
        ["deviation"] = new JsonArray([.. Deviation.Select(d => JsonValue.Create(d))]),
    };

    internal static Preprocessing Read(JsonElement json)
    {
        double[] Numbers(string name) => [.. json.GetProperty(name).EnumerateArray().Select(n => n.GetDouble())];
        return new(
            json.GetProperty("scale").GetDouble(), json.GetProperty("blueFirst").GetBoolean(), Numbers("mean"), Numbers("deviation"));
    }
}
