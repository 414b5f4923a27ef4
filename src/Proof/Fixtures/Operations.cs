using System.Text.Json;
using LisNative.Proof.Proofs;

namespace LisNative.Proof.Fixtures;

/// <summary>The operations that fixture files name, in the terms of this project.</summary>
internal static class Operations
{
    private static readonly HashSet<string> Elementwise =
        ["add", "sub", "mul", "div", "exp", "log", "sqrt", "abs", "square", "tanh", "sigmoid", "leaky_relu", "softplus", "clamp"];

    internal static bool IsElementwise(string name) => Elementwise.Contains(name);

    /// <summary>Applies an operation with its attributes; a «then» attribute names a function applied to the result.</summary>
    /// <exception cref="ProofException">There is no such operation.</exception>
    internal static Var Apply(string name, JsonElement attributes, IReadOnlyList<Var> x)
    {
        var y = Plain(name, attributes, x);
        return attributes.TryGetProperty("then", out var then) ? Plain(then.GetString()!, default, [y]) : y;
    }

    private static Var Plain(string name, JsonElement a, IReadOnlyList<Var> x) => name switch
    {
        "add" => x[0] + x[1],
        "sub" => x[0] - x[1],
        "mul" => x[0] * x[1],
        "div" => x[0] / x[1],
        "exp" => x[0].Exp(),
        "log" => x[0].Log(),
        "sqrt" => x[0].Sqrt(),
        "abs" => x[0].Abs(),
        "square" => x[0].Square(),
        "tanh" => x[0].Tanh(),
        "sigmoid" => x[0].Sigmoid(),
        "leaky_relu" => x[0].LeakyRelu(a.GetProperty("slope").GetDouble()),
        "softplus" => x[0].Softplus(),
        "clamp" => x[0].Clamp(a.GetProperty("min").GetDouble(), a.GetProperty("max").GetDouble()),
        "sum" => x[0].Sum(Integers(a, "axes"), Flag(a, "keepdim")),
        "mean" => x[0].Mean(Integers(a, "axes"), Flag(a, "keepdim")),
        "softmax" => x[0].Softmax(Integer(a, "axis")),
        "log_softmax" => x[0].LogSoftmax(Integer(a, "axis")),
        "l2_norm_per_sample" => x[0].NormPerSample(),
        "mse_loss" => Layers.Losses.MeanSquaredError(x[0], x[1]),
        "bce_with_logits" => Layers.Losses.BinaryCrossEntropyWithLogits(x[0], x[1]),
        "layer_norm" => x[0].LayerNorm(x[1], x[2], a.GetProperty("eps").GetDouble()),
        "matmul" or "batch_matmul" =>
        Var.MatMul(Flag(a, "transpose_a") ? x[0].Transpose() : x[0], Flag(a, "transpose_b") ? x[1].Transpose() : x[1]),
        "linear" => Var.Linear(x[0], x[1], x[2]),
        "conv2d" => Var.Conv2d(x[0], x[1], Geometry(a), x.ElementAtOrDefault(2)),
        "conv_transpose2d" => ConvTranspose2d(a, x),
        "max_pool2d" => x[0].MaxPool2d(Integer(a, "kernel"), Integer(a, "stride")),
        "avg_pool2d" => x[0].AvgPool2d(Integer(a, "kernel"), Integer(a, "stride")),
        "reshape" => x[0].Reshape(Integers(a, "shape")),
        "permute" => x[0].Permute(Integers(a, "axes")),
        "concat" => Var.Concat(Integer(a, "axis"), x),
        "slice" => x[0].Slice(Integer(a, "axis"), Integer(a, "start"), Integer(a, "length")),
        "index_select" => x[0].Gather(Integers(a, "index")),
        "pad" => Integers(a, "padding") is [var left, var right, var top, var bottom] ? x[0].Pad(-1, left, right).Pad(-2, top, bottom)
        : throw new ProofException("pad: expected 4 numbers"),
        _ => throw new ProofException($"no operation \"{name}\""),
    };

    private static Var ConvTranspose2d(JsonElement a, IReadOnlyList<Var> x)
    {
        var (g, extra) = (Geometry(a), Integer(a, "output_padding"));
        var least = g.TransposedOutput(x[0].Shape, x[1].Shape);
        Shape shape = [least[0], least[1], least[2] + extra, least[3] + extra];
        return Var.ConvTranspose2d(x[0], x[1], shape, g, x.ElementAtOrDefault(2));
    }

    private static ConvGeometry Geometry(JsonElement a) => new(Integer(a, "stride"), Integer(a, "padding"));

    private static int Integer(JsonElement a, string name) => a.TryGetProperty(name, out var value) ? value.GetInt32() : 0;

    private static int[] Integers(JsonElement a, string name) =>
        a.TryGetProperty(name, out var value) ? [.. value.EnumerateArray().Select(v => v.GetInt32())] : [];

    private static bool Flag(JsonElement a, string name) => a.TryGetProperty(name, out var value) && value.GetBoolean();
}
