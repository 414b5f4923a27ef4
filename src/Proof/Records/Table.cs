using LisNative.Formulas;
using LisNative.Proof.Ulp;

namespace LisNative.Proof.Records;

/// <summary>The table of records: every operation there is.</summary>
public static partial class Table
{
    /// <summary>All records.</summary>
    public static IReadOnlyList<OperationRecord> All { get; } =
    [
        .. Elementwise(), .. Reductions(), .. Shapes(), .. Products(), .. Convolutions(), .. UnevenConvolutions(), .. Pools(),
        .. Channels(),
        .. Composites(), .. ConvolutionsAfterActivations(), .. Ranks(), .. ZeroSizes(), .. Choices(), .. Positions(), .. Losses(),
    ];

    /// <summary>Those of operations on whole rows, for which a device may have a kernel.</summary>
    public static IReadOnlyList<OperationRecord> RowKernels { get; } =
    [
        .. All.Where(r => r.Name.Contains("softmax", StringComparison.Ordinal) || r.Name.Contains("layer_norm", StringComparison.Ordinal)),
    ];

    private static IEnumerable<(string Name, Activation? Activation)> Activations =>
        [("None", null), ("LeakyRelu", Activation.LeakyRelu(0.2)), ("Sigmoid", Activation.Sigmoid), ("Tanh", Activation.Tanh),
            ("Relu", Activation.Relu), ("Gelu", Activation.Gelu), ("Silu", Activation.Silu)];

    /// <summary>Those whose slope varies.</summary>
    private static bool IsCurved(string activation) => activation is "Sigmoid" or "Tanh" or "Gelu" or "Silu";

    private static Argument A(params ReadOnlySpan<int> shape) => new(Shape.Create(shape));

    private static Argument P(params ReadOnlySpan<int> shape) => new(Shape.Create(shape), Domain.Positive);

    /// <summary>One whose errors are relative to what it gives of the arguments' absolute values.</summary>
    private static OperationRecord SumOfProducts(string name, Func<IReadOnlyList<Var>, Var> f, params IReadOnlyList<Argument> arguments) =>
        new(name, f, arguments) { Magnitude = f };

    private static OperationRecord Unary(string name, Func<Var, Var> f, Domain domain = Domain.Normal) =>
        new(name, x => f(x[0]), new Argument([3, 5, 7], domain)) { IsElementwise = true };

    /// <summary>One that is held to 2 units in the last place over all floats, too.</summary>
    private static OperationRecord Transcendental<TOp>(string name, Func<Var, Var> f, TOp op, Domain domain = Domain.Normal)
        where TOp : unmanaged, IUnary => Unary(name, f, domain) with { Ulp = UlpSurvey.Function.Create(name, op, 2) };

    private static IEnumerable<OperationRecord> Elementwise()
    {
        yield return Unary("affine", x => x.Affine(1.5, -0.25));
        yield return Unary("abs", x => x.Abs());
        yield return Unary("square", x => x.Square());
        yield return Unary("sqrt", x => x.Sqrt(), Domain.Positive);
        yield return Transcendental("exp", x => x.Exp(), default(Exp));
        yield return Transcendental("log", x => x.Log(), default(Log), Domain.Positive);
        yield return Transcendental("expm1", x => x.Expm1(), default(Expm1));
        yield return Transcendental("log1p", x => x.Log1p(), default(Log1p), Domain.Positive);
        yield return Transcendental("tanh", x => x.Tanh(), default(Tanh));
        yield return Transcendental("sigmoid", x => x.Sigmoid(), default(Sigmoid));
        yield return Transcendental("softplus", x => x.Softplus(), default(Softplus));
        yield return Unary("gelu", x => x.Gelu()) with { Ulp = UlpSurvey.Function.Create("gelu", default(Gelu), 5) };
        yield return Unary("silu", x => x.Silu()) with { Ulp = UlpSurvey.Function.Create("silu", default(Silu), 5) };
        yield return Unary("relu", x => x.Relu());
        yield return Unary("leaky_relu", x => x.LeakyRelu(0.2));
        yield return Unary("leaky_relu 0.01", x => x.LeakyRelu(0.01));
        yield return Unary("clamp", x => x.Clamp(-0.5, 0.75));
        foreach (var (name, f) in new (string, Func<Var, Var, Var>)[]
        {
            ("add", (a, b) => a + b), ("sub", (a, b) => a - b), ("mul", (a, b) => a * b), ("div", (a, b) => a / b),
            ("divide_or_zero", Var.DivideOrZero), ("max", Var.Max),
        })
        {
            var second = name.StartsWith("div", StringComparison.Ordinal) ? Domain.Positive : Domain.Normal;
            yield return new(name, x => f(x[0], x[1]), A(3, 5, 7), new Argument([3, 5, 7], second))
            { IsElementwise = true, Refuses = [[[2, 3], [2, 4]], [[5], [4]]] };
            yield return new($"{name} broadcast", x => f(x[0], x[1]), A(4, 1, 6), new Argument([2, 4, 3, 1], second));
            yield return new($"{name} scalar", x => f(x[0], x[1]), A(4, 6), new Argument([], second));
        }
    }

    private static IEnumerable<OperationRecord> Reductions()
    {
        foreach (int[] axes in new int[][] { [], [0], [3], [1], [1, 2], [0, 2, 3], [0, 2], [1, 3] })
        {
            string name = $"[{string.Join(", ", axes)}]";
            yield return SumOfProducts($"sum {name}", x => x[0].Sum(axes), A(2, 3, 4, 5));
            yield return SumOfProducts($"sum {name} keep", x => x[0].Sum(axes, keep: true), A(2, 3, 4, 5));
            yield return SumOfProducts($"mean {name}", x => x[0].Mean(axes), A(2, 3, 4, 5));
        }

        yield return SumOfProducts("sum long rows", x => x[0].Sum([1]), A(2, 40000));
        yield return SumOfProducts("sum long columns", x => x[0].Sum([0]), A(9000, 7));
        yield return SumOfProducts("sum wide columns", x => x[0].Sum([0]), A(19, 5000));
        yield return SumOfProducts("sum of one", x => x[0].Sum([1]), A(1, 1));
        yield return new("norm_per_sample", x => x[0].NormPerSample(), A(5, 3, 4, 7));
        yield return new("expand", x => x[0].Expand([4, 3, 5]), A(3, 1));
        yield return SumOfProducts("sum_to", x => x[0].SumTo([3, 1]), A(4, 3, 5));
    }

    private static IEnumerable<OperationRecord> Shapes()
    {
        yield return new("reshape", x => x[0].Reshape(6, -1), A(2, 3, 4)) { Refuses = [[[5, 3]]] };
        yield return new("flatten", x => x[0].Flatten(), A(3, 4, 5));
        yield return new("permute", x => x[0].Permute(2, 0, 1), A(2, 3, 4)) { Refuses = [[[2, 3]]] };
        yield return new("transpose", x => x[0].Transpose(), A(2, 3, 4)) { Refuses = [[[5]]] };
        yield return new("slice", x => x[0].Slice(1, 1, 2), A(2, 4, 3)) { Refuses = [[[2, 2, 3]]] };
        yield return new("slice step", x => x[0].Slice(1, 1, 3, 2), A(2, 7, 3)) { Refuses = [[[2, 5, 3]]] };
        yield return new("unslice", x => x[0].Unslice(1, 9, 2, 2), A(2, 3, 3)) { Refuses = [[[2, 5, 3]]] };
        yield return new("pad", x => x[0].Pad(2, 1, 2).Pad(3, 0, 1), A(2, 2, 4, 3));
        yield return new("concat", x => Var.Concat(1, x), A(2, 3, 4), A(2, 1, 4), A(2, 4, 4)) { Refuses = [[[2, 3], [3, 3], [2, 3]]] };
        yield return new("gather", x => x[0].Gather([2, 0, 2, 1]), A(3, 4)) { Refuses = [[[2, 4]]] };
        yield return new("scatter_add", x => x[0].ScatterAdd([2, 0, 2, 1], 3), A(4, 5)) { Refuses = [[[3, 5]]] };
    }

    private static IEnumerable<OperationRecord> Products()
    {
        Shape[][] refuses = [[[3, 4], [5, 6]], [[4], [4, 5]]];
        foreach (var (m, k, n) in new[]
            { (3, 4, 5), (17, 33, 9), (64, 1, 64), (1, 70, 40), (29, 2100, 33), (29, 2100, 3), (15, 31, 65), (1, 70, 416), (9, 70, 2),
            (5, 4130, 6) })
        {
            yield return SumOfProducts($"matmul {m}×{k}×{n}", x => Var.MatMul(x[0], x[1]), A(m, k), A(k, n)) with { Refuses = refuses };
        }

        yield return SumOfProducts("matmul transposed a", x => Var.MatMul(x[0].Transpose(), x[1]), A(33, 17), A(33, 9));
        yield return SumOfProducts("matmul transposed b", x => Var.MatMul(x[0], x[1].Transpose()), A(17, 33), A(9, 33));
        yield return SumOfProducts("matmul batch", x => Var.MatMul(x[0], x[1]), A(3, 4, 6), A(3, 6, 7));
        yield return SumOfProducts("matmul batch of columns", x => Var.MatMul(x[0], x[1]), A(3, 5, 80), A(3, 80, 1));
        yield return SumOfProducts("matmul batch of permuted", x => Var.MatMul(x[0].Permute(0, 2, 1, 3), x[1].Permute(0, 2, 3, 1)),
            A(2, 5, 3, 6), A(2, 7, 3, 6));
        yield return SumOfProducts("matmul batch broadcast", x => Var.MatMul(x[0], x[1]), A(2, 3, 4, 6), A(3, 6, 7));
        foreach (var (named, activation) in Activations)
        {
            yield return new($"linear {named}", x => Var.Linear(x[0], x[1], x[2], activation), A(5, 19), A(33, 19), A(33))
            {
                Magnitude = x => Var.Linear(x[0], x[1], x[2]),
                IsCurved = IsCurved(named),
                Refuses = [[[5, 19], [33, 18], [33]], [[5, 19], [33, 19], [32]]],
            };
        }
    }

    private static IEnumerable<OperationRecord> Convolutions()
    {
        foreach (var (kernel, stride, padding, dilation) in new[]
            { (1, 1, 0, 1), (3, 1, 1, 1), (3, 2, 1, 1), (4, 2, 1, 1), (5, 1, 2, 1), (5, 3, 2, 1), (4, 1, 0, 1), (3, 3, 0, 1), (2, 3, 1, 1),
            (3, 1, 2, 2), (3, 2, 1, 2), (3, 2, 3, 3) })
        {
            foreach (var (c, k) in new[] { (1, 5), (3, 16), (16, 3), (5, 37) })
            {
                var g = new ConvGeometry(stride, padding, dilation);
                Shape x = [2, c, 9, 11], w = [k, c, kernel, kernel], y = g.Output(x, w);
                string name = $"{c}→{k} kernel {kernel} stride {stride} padding {padding} dilation {dilation}";
                yield return SumOfProducts($"conv2d {name}", a => Var.Conv2d(a[0], a[1], g), new(x), new(w)) with
                {
                    Refuses = [[[2, c, 9, 11], [k, c + 1, kernel, kernel]], [[2, c, 9], [k, c, kernel, kernel]],
                        [[2, c, 1, 1], [k, c, 11, 11]]],
                };
                yield return SumOfProducts($"conv_transpose2d {name}", a => Var.ConvTranspose2d(a[0], a[1], x, g), new(y), new(w)) with
                {
                    Refuses = [[[2, k, 40, 40], [k, c, kernel, kernel]]],
                };
                yield return SumOfProducts($"conv2d_weight {name}", a => Var.Conv2dWeight(a[0], a[1], w, g), new(x), new(y)) with
                {
                    Refuses = [[[2, c, 9, 11], [2, k, 40, 40]]],
                };
            }
        }

        var halving = new ConvGeometry(2, 1);
        foreach (var (named, activation) in Activations)
        {
            yield return new($"conv2d bias {named}", a => Var.Conv2d(a[0], a[1], halving, a[2], activation), A(2, 3, 8, 8), A(33, 3, 4, 4),
                A(33))
            {
                Magnitude = a => Var.Conv2d(a[0], a[1], halving, a[2]),
                IsCurved = IsCurved(named),
                Refuses = [[[2, 3, 8, 8], [33, 3, 4, 4], [32]]],
            };
            yield return new($"conv_transpose2d bias {named}",
                a => Var.ConvTranspose2d(a[0], a[1], [2, 3, 8, 8], halving, a[2], activation), A(2, 6, 4, 4), A(6, 3, 4, 4), A(3))
            {
                Magnitude = a => Var.ConvTranspose2d(a[0], a[1], [2, 3, 8, 8], halving, a[2]),
                IsCurved = IsCurved(named),
                Refuses = [[[2, 6, 4, 4], [6, 3, 4, 4], [4]]],
            };
        }

        // Enough channels and nearly even sizes: the shapes that have a Winograd form.
        foreach (var (height, width, padding) in new[] { (8, 8, 1), (9, 9, 1), (30, 4, 1), (10, 6, 0), (10, 10, 2) })
        {
            var g = new ConvGeometry(2, padding);
            Shape x = [2, 32, height, width], w = [64, 32, 4, 4], y = g.Output(x, w);
            string name = $"32→64 {height}×{width} padding {padding}";
            yield return SumOfProducts($"conv2d {name}", a => Var.Conv2d(a[0], a[1], g, a[2]), new(x), new(w), A(64));
            yield return SumOfProducts($"conv_transpose2d {name}", a => Var.ConvTranspose2d(a[0], a[1], x, g, a[2]), new(y), new(w), A(32));
            yield return SumOfProducts($"conv2d_weight {name}", a => Var.Conv2dWeight(a[0], a[1], w, g), new(x), new(y));
        }

        // Enough channels for the form of a 3×3 kernel; tiles of four that fit and that hang over, and a batch that is cut.
        foreach (var (n, c, k, height, width, padding) in new[]
            { (2, 16, 32, 8, 8, 1), (1, 32, 16, 15, 18, 1), (3, 13, 37, 10, 12, 0), (2, 40, 24, 6, 7, 2), (1, 16, 16, 34, 36, 1) })
        {
            var g = new ConvGeometry(1, padding);
            Shape x = [n, c, height, width], w = [k, c, 3, 3];
            string name = $"{c}→{k} {height}×{width} kernel 3 padding {padding}";
            foreach (var record in AllDirections(name, g, x, w))
            {
                yield return record;
            }
        }

        // A kernel as large as its image.
        Shape whole = [3, 5, 4, 6], kernels = [7, 5, 4, 6];
        var valid = new ConvGeometry(1);
        yield return new("conv2d of whole images", a => Var.Conv2d(a[0], a[1], valid, a[2], Activation.LeakyRelu(0.2)), new(whole),
            new(kernels), A(7))
        { Magnitude = a => Var.Conv2d(a[0], a[1], valid, a[2]) };
        yield return SumOfProducts("conv_transpose2d to whole images", a => Var.ConvTranspose2d(a[0], a[1], whole, valid, a[2]),
            A(3, 7, 1, 1), new(kernels), A(5));

        // A long sum over few results, in phases of different lengths.
        foreach (int channels in new[] { 3, 5 })
        {
            var g = new ConvGeometry(2, 1);
            Shape x = [1, channels, 7, 7], w = [512, channels, 3, 3], y = g.Output(x, w);
            yield return SumOfProducts($"conv_transpose2d 512→{channels} kernel 3 stride 2", a => Var.ConvTranspose2d(a[0], a[1], x, g),
                new(y), new(w));
        }

        foreach (var (c, k, groups, kernel, stride, dilation, height) in new[]
            { (4, 6, 2, 3, 1, 1, 7), (6, 6, 6, 3, 2, 1, 7), (3, 12, 3, 3, 1, 1, 7), (40, 40, 40, 3, 1, 1, 7), (37, 37, 37, 5, 1, 1, 9),
            (16, 32, 16, 3, 2, 1, 8), (24, 24, 24, 3, 1, 2, 7), (19, 19, 19, 4, 3, 2, 11), (40, 20, 10, 3, 2, 1, 7),
            (36, 36, 2, 3, 1, 1, 5), (33, 33, 33, 7, 1, 1, 50) })
        {
            var g = new ConvGeometry(stride, dilation * (kernel / 2), dilation, groups);
            Shape x = [height > 11 ? 1 : 2, c, height, 9], w = [k, c / groups, kernel, kernel], y = g.Output(x, w);
            string name = $"{c}→{k} in {groups} groups" + (kernel, stride, dilation, height) switch
            {
                (3, _, 1, 7) => "",
                _ => $", kernel {kernel} stride {stride} dilation {dilation} height {height}",
            };
            yield return new($"conv2d {name}", a => Var.Conv2d(a[0], a[1], g, a[2], Activation.LeakyRelu(0.2)), new(x), new(w), A(k))
            {
                Magnitude = a => Var.Conv2d(a[0], a[1], g, a[2]),
                Refuses = [[[2, c + 1, 7, 9], w, [k]], [[2, c, 7, 9], [k + 1, c / groups, kernel, kernel], [k + 1]]],
            };
            yield return SumOfProducts($"conv_transpose2d {name}", a => Var.ConvTranspose2d(a[0], a[1], x, g, a[2]), new(y), new(w), A(c));
            yield return SumOfProducts($"conv2d_weight {name}", a => Var.Conv2dWeight(a[0], a[1], w, g), new(x), new(y));
        }

        yield return SumOfProducts("conv2d many images", a => Var.Conv2d(a[0], a[1], halving), A(19, 2, 6, 6), A(5, 2, 4, 4));
    }

    /// <summary>Operations on fewer and on more axes than they are mostly used with.</summary>
    private static IEnumerable<OperationRecord> Ranks()
    {
        Var Linear(IReadOnlyList<Var> x) => Var.Linear(x[0], x[1], x[2], Activation.LeakyRelu(0.2));
        Var Products(IReadOnlyList<Var> x) => Var.Linear(x[0], x[1], x[2]);
        Shape[][] refuses = [[[2, 3, 5], [7, 4], [7]], [[], [7, 4], [7]], [[3, 4], [2, 7, 4], [7]], [[2, 3, 4], [7, 4], [3]]];
        foreach (int[] sizes in new int[][] { [4], [2, 3, 4], [2, 1, 3, 4], [0, 3, 4] })
        {
            yield return new($"linear of {sizes.Length} axes{(sizes[0] == 0 ? " without elements" : "")}", Linear, new(Shape.Create(sizes)),
                A(7, 4), A(7))
            { Magnitude = Products, Refuses = refuses };
        }

        yield return SumOfProducts("matmul one by many", x => Var.MatMul(x[0], x[1]), A(4, 6), A(3, 6, 7));
        yield return SumOfProducts("matmul each by each", x => Var.MatMul(x[0], x[1]), A(2, 1, 4, 6), A(3, 6, 7));
        yield return new("norm of samples of one number", x => x[0].NormPerSample(), A(5)) { Refuses = [[[]]] };
        yield return new("distance of samples of one number", x => Var.Distance(x[0], x[1]), A(5), A(5));
        yield return new("squared_distance of samples of one number", x => Var.SquaredDistance(x[0], x[1]), A(5), A(5));
        yield return new("mse_loss of one axis", x => Layers.Losses.MeanSquaredError(x[0], x[1]), A(7), A(7));
        yield return new("bce_with_logits of one axis", x => Layers.Losses.BinaryCrossEntropyWithLogits(x[0], x[1]), A(9),
            new Argument([9], Domain.Binary))
        { Refuses = [[[9, 1], [9]]] };
        yield return new("softmax of one axis", x => x[0].Softmax(0), A(10));
        yield return new("softmax of the last of three axes", x => x[0].Softmax(-1), A(2, 3, 10)) { Refuses = [[[]]] };
        yield return new("log_softmax of one axis", x => x[0].LogSoftmax(-1), A(10))
        { Magnitude = x => x[0].Sum([0], keep: true).Expand([10]) };
        yield return new("layer_norm of one axis", x => x[0].LayerNorm(x[1], x[2]), A(5), A(5), A(5))
        { Magnitude = x => ((x[0] + 1) * x[1] * 4) + x[2], Refuses = [[[], [5], [5]]] };
        yield return new("sum of a scalar", x => x[0].Sum(), A());
        yield return SumOfProducts("mean of one axis", x => x[0].Mean([-1]), A(7));
        yield return new("expand a scalar", x => x[0].Expand([2, 3]), A());
        yield return SumOfProducts("sum_to a scalar", x => x[0].SumTo([]), A(2, 3));
        yield return new("flatten one axis", x => x[0].Flatten(), A(3)) { Refuses = [[[]]] };
        yield return new("flatten no samples", x => x[0].Flatten(), A(0, 3, 2));
        yield return new("permute one axis", x => x[0].Permute(0), A(3));
        yield return new("slice one axis", x => x[0].Slice(0, 1, 3, 2), A(7));
        yield return new("unslice one axis", x => x[0].Unslice(0, 9, 2, 3), A(3));
        yield return new("concat one axis", x => Var.Concat(-1, x), A(3), A(1), A(4)) { Refuses = [[[3], [1, 1], [4]]] };
        yield return new("gather numbers", x => x[0].Gather([2, 0, 2]), A(3)) { Refuses = [[[]]] };
        yield return new("gather images", x => x[0].Gather([2, 0, 2]), A(3, 2, 2, 2));
        yield return new("scatter_add numbers", x => x[0].ScatterAdd([2, 0, 2], 4), A(3)) { Refuses = [[[]]] };
    }

    /// <summary>Arguments without elements: batches of nothing, sums of nothing.</summary>
    private static IEnumerable<OperationRecord> ZeroSizes()
    {
        var g = new ConvGeometry(2, 1);
        yield return new("sum of nothing", x => x[0].Sum([0]), A(0, 3));
        yield return new("sum to nothing", x => x[0].Sum([1]), A(0, 3));
        yield return new("norm of no samples", x => x[0].NormPerSample(), A(0, 3, 2));
        yield return new("distance of no samples", x => Var.Distance(x[0], x[1]), A(0, 3, 2), A(0, 3, 2));
        yield return new("matmul no rows", x => Var.MatMul(x[0], x[1]), A(0, 4), A(4, 5));
        yield return new("matmul no columns", x => Var.MatMul(x[0], x[1]), A(3, 4), A(4, 0));
        yield return new("matmul no depth", x => Var.MatMul(x[0], x[1]), A(3, 0), A(0, 5));
        yield return new("conv2d no images", x => Var.Conv2d(x[0], x[1], g), A(0, 3, 8, 8), A(5, 3, 4, 4));
        yield return new("conv_transpose2d no images", x => Var.ConvTranspose2d(x[0], x[1], [0, 3, 8, 8], g), A(0, 5, 4, 4), A(5, 3, 4, 4));
        yield return new("conv2d_weight no images", x => Var.Conv2dWeight(x[0], x[1], [5, 3, 4, 4], g), A(0, 3, 8, 8), A(0, 5, 4, 4));
        yield return new("gather nothing", x => x[0].Gather([]), A(3, 4));
        yield return new("permute nothing", x => x[0].Permute(1, 0).Reshape(-1), A(0, 4));
    }

    private static IEnumerable<OperationRecord> Composites()
    {
        yield return new("softmax", x => x[0].Softmax(1), A(4, 10));
        yield return new("softmax of 600", x => x[0].Softmax(1), A(3, 600));
        yield return new("softmax of the first axis", x => x[0].Softmax(0), A(10, 4));
        yield return new("log_softmax", x => x[0].LogSoftmax(1), A(4, 10)) { Magnitude = x => x[0].Sum([1], keep: true).Expand([4, 10]) };
        yield return new("layer_norm", x => x[0].LayerNorm(x[1], x[2]), A(2, 3, 5), A(5), A(5))
        { Magnitude = x => ((x[0] + 1) * x[1] * 4) + x[2] };
        yield return new("layer_norm of 600", x => x[0].LayerNorm(x[1], x[2]), A(3, 600), A(600), A(600))
        { Magnitude = x => ((x[0] + 1) * x[1] * 4) + x[2] };
        Shape[][] refuses = [[[4, 3, 5], [4, 5, 3]], [[4, 3], [3]], [[], []]];
        yield return new("distance", x => Var.Distance(x[0], x[1]), A(5, 3, 4, 7), A(5, 3, 4, 7)) { Refuses = refuses };
        yield return new("distance of pixels to planes", x => Var.Distance(x[0].Permute(0, 3, 1, 2), x[1]), A(19, 6, 5, 3), A(19, 3, 6, 5));
        yield return new("distance of long samples", x => Var.Distance(x[0], x[1]), A(2, 17000), A(2, 17000));
        yield return new("squared_distance", x => Var.SquaredDistance(x[0], x[1]), A(5, 3, 4, 7), A(5, 3, 4, 7)) { Refuses = refuses };
        yield return new("norm loss", x => Layers.Losses.Norm(x[0], x[1]), A(4, 3, 5), A(4, 3, 5));
        yield return new("mse_loss", x => Layers.Losses.MeanSquaredError(x[0], x[1]), A(4, 3, 5), A(4, 3, 5));
        yield return new("bce_with_logits", x => Layers.Losses.BinaryCrossEntropyWithLogits(x[0], x[1]), A(9, 2),
            new Argument([9, 2], Domain.Binary));
        yield return new("latent_shaping", x => Training.LisLosses.LatentShaping(x[0], x[1], 3, 0.7, 2.5), P(7, 2, 5), P(7, 2, 5))
        { Magnitude = x => (x[0] + x[1]).Sum() };
    }

    /// <summary>The gradient passes an activation between two convolutions in one kernel, in every form that a convolution has.</summary>
    private static IEnumerable<OperationRecord> ConvolutionsAfterActivations()
    {
        var halving = new ConvGeometry(2, 1);
        foreach (var (inner, outer) in new[] { (3, 5), (32, 64), (32, 1) })
        {
            foreach (var (name, activation) in new[]
                { ("LeakyReLU", Activation.LeakyRelu(0.2)), ("sigmoid", Activation.Sigmoid), ("ReLU", Activation.Relu) })
            {
                // A product of two numbers away from 0 is on one side of the kink however it is rounded.
                Shape first = [inner, 1, 1, 1], down = [outer, inner, 4, 4], up = [inner, outer, 4, 4];
                Var Hidden(IReadOnlyList<Var> x) => Var.Conv2d(x[0], x[1], new(1, 0), null, activation);
                Var Down(IReadOnlyList<Var> x) => Var.Conv2d(Hidden(x), x[2], halving);
                Var Up(IReadOnlyList<Var> x) => Var.ConvTranspose2d(Hidden(x), x[2], [2, outer, 8, 8], halving);
                yield return SumOfProducts($"conv2d after {name} {inner}→{outer}", Down, A(2, 1, 8, 8), new(first), new(down)) with
                {
                    IsCurved = name == "sigmoid",
                };
                yield return SumOfProducts($"conv_transpose2d after {name} {inner}→{outer}", Up, A(2, 1, 4, 4), new(first), new(up)) with
                {
                    IsCurved = name == "sigmoid",
                };
            }
        }
    }
}
