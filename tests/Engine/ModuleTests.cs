using System.Text;
using LisNative.Layers;
using LisNative.Memory;
using LisNative.Models;
using LisNative.Random;
using LisNative.Tests.Data;

namespace LisNative.Tests.Engine;

public class ModuleTests
{
    private static readonly Device Device = Device.Cpu;

    /// <summary>A parameter, a buffer and two linear layers, one inside a sequence.</summary>
    private sealed class Net : Module
    {
        public Net(ulong seed, int width = 3)
        {
            Scale = Add("scale", Device.Full([1], seed));
            First = Add("first", new Linear(Device, 2, width, Initialisers.Uniform, new Philox(seed, 1)));
            Mean = AddBuffer("mean", Device.Full([2], 10 * (double)seed));
            var last = new Linear(Device, width, 1, Initialisers.Uniform, new Philox(seed, 2), bias: false);
            Add("rest", new Sequential(Lambda.Tanh(), last));
        }

        public Parameter Scale { get; }

        public Linear First { get; }

        public Tensor Mean { get; }

        public override Var Forward(Var x) => Children[1].Module.Forward(First.Forward(x - Mean)) * Scale;

        public void Adds(string name, Module? module = null) => Add(name, module ?? Lambda.Tanh());

        public void Shares() => Add("again", First);
    }

    private static readonly string[] Names = ["scale", "first.weight", "first.bias", "rest.1.weight"];

    [Fact]
    public void Parameters_stand_in_the_order_they_were_added_with_names_joined_by_dots()
    {
        using var net = new Net(1);
        Assert.Equal(Names, net.Parameters.Select(p => p.Name));
        Assert.Equal(["mean"], net.Buffers.Select(b => b.Name));
        Assert.Equal(["first", "rest"], net.Children.Select(c => c.Name));
        Assert.Same(net.Scale, net.Parameters[0].Value);
        Assert.Same(net.Mean, net.Buffers[0].Value);
        net.Shares();
        Assert.Equal(Names, net.Parameters.Select(p => p.Name));
        Assert.Equal(3, net.Children.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("first")]
    [InlineData("scale")]
    [InlineData("mean")]
    public void A_name_is_one_word_of_one_part(string name)
    {
        using var net = new Net(1);
        string message = Assert.Throws<ArgumentException>(() => net.Adds(name)).Message;
        Assert.Contains($"\"{name}\"", message, StringComparison.Ordinal);
        Assert.Equal(2, net.Children.Count);
        Assert.Throws<ArgumentException>(() => new Sequential(("a", Lambda.Tanh()), ("a", Lambda.Tanh())));
    }

    [Fact]
    public void A_module_is_no_part_of_itself()
    {
        using var net = new Net(1);
        Assert.Throws<ArgumentException>(() => net.Adds("self", net));
        Assert.Throws<ArgumentException>(() => net.Adds("around", new Sequential(Lambda.Tanh(), new Sequential(net))));
        Assert.Equal(2, net.Children.Count);
    }

    [Fact]
    public void Modes_and_freezing_reach_every_part()
    {
        using var net = new Net(1);
        var inner = ((Sequential)net.Children[1].Module)["1"];
        Assert.True(net.IsTraining && inner.IsTraining);
        net.Eval();
        Assert.False(net.IsTraining || net.First.IsTraining || inner.IsTraining);
        net.Train();
        Assert.True(net.IsTraining && net.First.IsTraining && inner.IsTraining);
        net.SetTrainable(false);
        Assert.DoesNotContain(net.Parameters, p => p.Value.Trainable);
        net.First.SetTrainable(true);
        Assert.Equal(["first.weight", "first.bias"], net.Parameters.Where(p => p.Value.Trainable).Select(p => p.Name));
    }

    [Fact]
    public void A_file_brings_back_parameters_and_buffers()
    {
        using var folder = new TemporaryFolder();
        using Net written = new(1), read = new(2);
        written.Save(folder["net.safetensors"]);
        Assert.Equal([.. Names, "mean"], SafeTensors.Read(folder["net.safetensors"]).Tensors.Keys.OrderBy(n => n == "mean")
            .ThenBy(n => Array.IndexOf(Names, n)));
        read.Load(folder["net.safetensors"]);
        Assert.Equal(Values(written), Values(read));
    }

    [Fact]
    public void A_file_of_another_network_is_refused_by_the_name_of_a_tensor_and_changes_nothing()
    {
        using var folder = new TemporaryFolder();
        using Net net = new(1), wide = new(2, width: 4), more = new(3);
        float[] before = Values(net);
        void Refused(Action<SafeTensors> change, string name, Net? of = null)
        {
            var file = new SafeTensors();
            Weights.AddTo(file, of ?? more);
            change(file);
            file.Write(folder["other.safetensors"]);
            string message = Assert.Throws<InputException>(() => net.Load(folder["other.safetensors"])).Message;
            Assert.Contains($"\"{name}\"", message, StringComparison.Ordinal);
            Assert.Equal(before, Values(net));
        }

        Refused(_ => { }, "first.weight", wide);
        Refused(f => f.Add("extra", [1], [0]), "extra");
        var file = new SafeTensors();
        file.Add("scale", [1], [5]);
        file.Write(folder["less.safetensors"]);
        Failure.Contains<InputException>("\"first.weight\"", () => net.Load(folder["less.safetensors"]));
        Assert.Equal(before, Values(net));
        Weights.AddTo(file = new(), more);
        var bytes = new MemoryStream();
        file.Write(bytes);
        string text = Encoding.Latin1.GetString(bytes.ToArray());
        File.WriteAllBytes(folder["integers.safetensors"], Encoding.Latin1.GetBytes(text.Replace(
            "\"mean\":{\"dtype\":\"F32\"", "\"mean\":{\"dtype\":\"I32\"", StringComparison.Ordinal)));
        Failure.Contains<InputException>("\"mean\"", () => net.Load(folder["integers.safetensors"]));
        Assert.Equal(before, Values(net));
        file.Add("first.num_batches_tracked", [], [1]);     // as PyTorch's batch normalisation writes
        file.Write(folder["counted.safetensors"]);
        net.Load(folder["counted.safetensors"]);
        Assert.Equal(Values(more), Values(net));
    }

    [Fact]
    public void Disposing_reaches_every_part()
    {
        var net = new Net(1);
        Tensor[] all = [.. net.Parameters.Select(p => p.Value.Value), net.Mean];
        net.Shares();
        net.Dispose();
        Assert.All(all, t => Assert.Throws<ObjectDisposedException>(() => t.ToArray()));
    }

    [Fact]
    public void A_sequence_without_names_counts_from_zero()
    {
        using var scope = new Scope();
        var linear = new Linear(Device, 2, 3, Initialisers.Uniform, new Philox(1));
        var net = new Sequential(Lambda.Tanh(), linear, new Sequential(Lambda.Sigmoid()));
        Assert.Equal(["0", "1", "2"], net.Children.Select(c => c.Name));
        Assert.Equal(["1.weight", "1.bias"], net.Parameters.Select(p => p.Name));
        Var x = Device.From([0.5f, -1], [1, 2]);
        Assert.Equal(linear.Forward(x.Tanh()).Sigmoid().Value.ToArray(), net.Forward(x).Value.ToArray());
    }

    /// <summary>Model files and checkpoints hold them.</summary>
    [Fact]
    public void Names_of_stored_networks_stay()
    {
        using var scope = new Scope();
        var critic = AnoGan.CreateCritic(Device, new([4], 3, 2, 2), new Philox(1));
        Assert.Equal(
            ["features.encoder.hidden1.weight", "features.encoder.hidden1.bias", "features.encoder.hidden2.weight",
                "features.encoder.hidden2.bias", "features.norm.scale", "features.norm.shift", "output.weight"],
            critic.Parameters.Select(p => p.Name));
        var bottleneck = new MemoryBottleneck(Device, 5, 2, 0.1, 1, new Philox(2));
        var memory = Autoencoder.Create(Device, new([4], 3, 2, 2), new Philox(1), bottleneck);
        Assert.Equal(["latent.weight", "latent.bias", "bottleneck.memory", "hidden3.weight"],
            memory.Parameters.Select(p => p.Name).Skip(4).Take(4));
    }

    private static float[] Values(Module net) =>
        [.. net.Parameters.Select(p => p.Value.Value).Concat(net.Buffers.Select(b => b.Value)).SelectMany(v => v.ToArray())];
}
