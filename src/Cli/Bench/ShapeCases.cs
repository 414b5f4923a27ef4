using System.Globalization;

namespace LisNative.Cli.Bench;

/// <summary>Cases of a user's own shapes, a line each: «NAME: OPERATION ARGUMENTS».</summary>
internal static class ShapeCases
{
    internal const string Suite = "shapes";

    /// <summary>What can be asked; shapes are written 128x256x32x32, axes 0,2.</summary>
    private static readonly string[] Forms =
    [
        "matmul B M K N [ta] [tb]", "conv2d N C H W K R S STRIDE PAD DILATION GROUPS",
        "conv_transpose2d N C H W K R S STRIDE PAD OUTPUT_PAD GROUPS", "unary exp|log|tanh|sigmoid|relu|gelu|sqrt COUNT",
        "add SHAPE SHAPE", "reduce sum|max|mean SHAPE AXES", "softmax ROWS COLUMNS", "layer_norm ROWS COLUMNS", "permute SHAPE ORDER",
        "concat SHAPE SHAPE AXIS", "autoencoder C SIDE WIDTH1 WIDTH2 LATENT BATCH",
    ];

    /// <summary>The cases of a file's lines; those without a case, empty or after #, are none.</summary>
    /// <exception cref="InputException">A line that cannot be read, or whose operation cannot be; it names the line.</exception>
    internal static IEnumerable<Case> Of(Device device, string file, IEnumerable<string> lines) =>
        lines.Index().Where(l => !string.IsNullOrWhiteSpace(l.Item) && !l.Item.StartsWith('#'))
            .SelectMany(l => Of(device, $"{file}, line {l.Index + 1}", l.Item));

    /// <summary>A text file's lines; those of standard input for -.</summary>
    /// <exception cref="InputException">It cannot be read.</exception>
    internal static string[] Lines(string file)
    {
        try
        {
            return file == "-" ? Console.In.ReadToEnd().Split('\n') : File.ReadAllLines(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException(file, $"it cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The cases of one line.</summary>
    /// <exception cref="InputException">It cannot be read, or its operation cannot be.</exception>
    internal static Case[] Of(Device device, string where, string line)
    {
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        string[] words = line[(colon + 1)..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        string name = line[..Math.Max(0, colon)].Trim();
        if (name.Length == 0 || words.Length == 0)
        {
            throw new InputException(where, $"expected «NAME: OPERATION ARGUMENTS», found \"{line}\"");
        }

        string form = Forms.FirstOrDefault(f => f.Split(' ')[0] == words[0])
            ?? throw new InputException(where, $"expected an operation, one of {string.Join("; ", Forms)}; found \"{words[0]}\"");
        try
        {
            return [.. Create(device, name, new Arguments(words)).Select((c, i) => c with
            {
                Line = line.Trim(),
                Fresh = () => Create(device, name, new Arguments(words)).ElementAt(i),
            })];
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException)
        {
            throw new InputException(where, $"expected {form}, found \"{string.Join(' ', words)}\": {e.Message}", e);
        }
    }

    private static IEnumerable<Case> Create(Device device, string name, Arguments a)
    {
        var cases = a.Operation switch
        {
            "matmul" => [MatMul(device, name, a)],
            "conv2d" => Convolution(device, name, a, transposed: false),
            "conv_transpose2d" => Convolution(device, name, a, transposed: true),
            "unary" => [Unary(device, name, a)],
            "add" => [Add(device, name, a)],
            "reduce" => [Reduce(device, name, a)],
            "softmax" => [Rows(device, name, a, scaled: false)],
            "layer_norm" => [Rows(device, name, a, scaled: true)],
            "permute" => [Permute(device, name, a)],
            "concat" => [Concat(device, name, a)],
            _ => Autoencoder(device, name, a),
        };
        a.End();
        return cases;
    }

    private static Case MatMul(Device device, string name, Arguments a)
    {
        var (batch, m, k, n) = (a.Size(zero: true), a.Size(), a.Size(), a.Size());
        bool left = a.Flag("ta"), right = a.Flag("tb");
        Lazy<Tensor> Matrix(int rows, int columns, bool transposed)
        {
            Shape shape = batch == 0 ? transposed ? [columns, rows] : [rows, columns]
                : transposed ? [batch, columns, rows] : [batch, rows, columns];
            var matrix = Operands.Lazily(device, shape);
            return transposed ? new(() => matrix.Value.Transpose()) : matrix;
        }

        var (x, y, many) = (Matrix(m, k, left), Matrix(k, n, right), Math.Max(1.0, batch));
        return new(Suite, name, () => Tensor.MatMul(x.Value, y.Value).Dispose(), 2 * many * m * k * n,
            many * Operands.BytesOf([m, k], [k, n], [m, n]));
    }

    private static IEnumerable<Case> Convolution(Device device, string name, Arguments a, bool transposed)
    {
        var (n, c, h, w, k, r, s) = (a.Size(), a.Size(), a.Size(), a.Size(), a.Size(), a.Size(), a.Size());
        var (stride, pad, extra, groups) = (a.Size(), a.Size(zero: true), a.Size(zero: transposed), a.Size());
        if (c % groups != 0 || k % groups != 0)
        {
            throw new ArgumentException($"{groups} groups divide {c} and {k} channels only if both are multiples of it");
        }

        var geometry = new ConvGeometry(stride, pad, transposed ? 1 : extra, groups);
        Shape weight = transposed ? [c, k / groups, r, s] : [k, c / groups, r, s], image = [n, c, h, w];
        if (transposed)
        {
            var least = geometry.TransposedOutput(image, weight);
            image = [n, k, checked(least[2] + extra), checked(least[3] + extra)];
        }

        return Convolutions.Of(device, Suite, name, image, weight, geometry, transposed);
    }

    private static Case Unary(Device device, string name, Arguments a)
    {
        var function = a.OneOf<Func<Tensor, Tensor>>(("exp", x => x.Exp()), ("log", x => x.Log()), ("tanh", x => x.Tanh()),
            ("sigmoid", x => x.Sigmoid()), ("relu", x => x.LeakyRelu(0)), ("gelu", x => x.Gelu()), ("sqrt", x => x.Sqrt()));
        Shape shape = [a.Size()];
        var x = new Lazy<Tensor>(() => Operands.Random(device, shape, (r, i) => r.Uniform(i) + 0.1f));
        return new(Suite, name, () => function(x.Value).Dispose(), 0, 2 * Operands.BytesOf(shape));
    }

    private static Case Add(Device device, string name, Arguments a)
    {
        Shape left = a.Shape(), right = a.Shape(), sum = Shape.Broadcast(left, right);
        var (x, y) = (Operands.Lazily(device, left), Operands.Lazily(device, right));
        return new(Suite, name, () => (x.Value + y.Value).Dispose(), 0, Operands.BytesOf(left, right, sum));
    }

    private static Case Reduce(Device device, string name, Arguments a)
    {
        var reduce = a.OneOf<Func<Tensor, int[], Tensor>>(
            ("sum", (x, axes) => x.Sum(axes)), ("max", (x, axes) => x.Max(axes)), ("mean", (x, axes) => x.Mean(axes)));
        var (shape, axes) = (a.Shape(), a.Numbers(','));
        var kept = Enumerable.Range(0, shape.Rank).Except(axes.Select(i => shape.Axis(i))).Select(i => shape[i]);
        var x = Operands.Lazily(device, shape);
        return new(Suite, name, () => reduce(x.Value, axes).Dispose(), 0, Operands.BytesOf(shape, [.. kept]));
    }

    private static Case Rows(Device device, string name, Arguments a, bool scaled)
    {
        Shape shape = [a.Size(), a.Size()];
        var x = Operands.Lazily(device, shape);
        var (gain, shift) = (Operands.Lazily(device, [shape[1]]), Operands.Lazily(device, [shape[1]]));
        return new(Suite, name, () =>
        {
            using var noGrad = new NoGrad();
            var y = scaled ? new Var(x.Value).LayerNorm(gain.Value, shift.Value) : new Var(x.Value).Softmax(1);
            y.Value.Dispose();
        }, 0, 2 * Operands.BytesOf(shape));
    }

    private static Case Permute(Device device, string name, Arguments a)
    {
        var (shape, order) = (a.Shape(), a.Numbers(','));
        if (!order.Order().SequenceEqual(Enumerable.Range(0, shape.Rank)))
        {
            throw new FormatException($"the order must name each axis of {shape} once");
        }

        var x = Operands.Lazily(device, shape);
        return new(Suite, name, () =>
        {
            using var view = x.Value.Permute(order);
            using var copy = device.Empty(view.Shape);
            copy.CopyFrom(view);
        }, 0, 2 * Operands.BytesOf(shape));
    }

    private static Case Concat(Device device, string name, Arguments a)
    {
        Shape left = a.Shape(), right = a.Shape();
        int axis = left.Axis(a.Number());
        if (left.Rank != right.Rank || left.Without(axis) != right.Without(axis))
        {
            throw new ArgumentException($"{left} and {right} differ in another axis than {axis}");
        }

        var (x, y) = (Operands.Lazily(device, left), Operands.Lazily(device, right));
        return new(Suite, name, () => Var.Concat(axis, x.Value, y.Value).Value.Dispose(), 0, 2 * Operands.BytesOf(left, right));
    }

    private static IEnumerable<Case> Autoencoder(Device device, string name, Arguments a)
    {
        var (channels, side, width1, width2, latent, batch) = (a.Size(), a.Size(), a.Size(), a.Size(), a.Size(), a.Size());
        const int Halvings = 2;
        var net = new Networks(device, new([channels, side, side], width1, width2, latent, Depth: Halvings), batch);
        Case Named(string part, Action action) => new(Suite, $"{name}.{part}", action) { End = net.End };
        return [Named("phase1", net.Phase1()), Named("phase2", net.Phase2Cached()), Named("score", net.Score(batch)),
            Named("score1", net.Score(1))];
    }

    /// <summary>The words of a line, read one after another.</summary>
    private sealed class Arguments(string[] words)
    {
        private int at = 1;

        internal string Operation => words[0];

        internal int Number() => int.TryParse(Next(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number
            : throw new FormatException($"\"{words[at - 1]}\" is no whole number");

        internal int Size(bool zero = false) => Number() is var size && size >= (zero ? 0 : 1) ? size
            : throw new FormatException($"{size} is below {(zero ? 0 : 1)}");

        internal int[] Numbers(char between) => [.. Next().Split(between).Select(n =>
            int.TryParse(n, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number
                : throw new FormatException($"\"{words[at - 1]}\" is no list of whole numbers"))];

        internal Shape Shape() => Numbers('x') is var sizes && sizes.All(s => s > 0) ? LisNative.Shape.Create(sizes)
            : throw new FormatException($"\"{words[at - 1]}\" has a size below 1");

        internal bool Flag(string name)
        {
            bool there = at < words.Length && words[at] == name;
            at += there ? 1 : 0;
            return there;
        }

        internal T OneOf<T>(params ReadOnlySpan<(string Name, T Value)> choices)
        {
            string word = Next();
            foreach (var (name, value) in choices)
            {
                if (name == word)
                {
                    return value;
                }
            }

            throw new FormatException($"\"{word}\" is none of them");
        }

        internal void End()
        {
            if (at < words.Length)
            {
                throw new FormatException($"\"{words[at]}\" is one word too many");
            }
        }

        private string Next() => at < words.Length ? words[at++] : throw new FormatException("there are words missing");
    }
}
