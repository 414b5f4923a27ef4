using BenchmarkDotNet.Attributes;
using LisNative.Cli.Bench;

namespace LisNative.Bench;

/// <summary>The cases of `lisnative bench`, under BenchmarkDotNet.</summary>
public abstract class Suite(string name)
{
    private Action action = () => { };

    public IEnumerable<string> Names => Cases.All(Device.Cpu).Where(c => c.Suite == name).Select(c => c.Name);

    [ParamsSource(nameof(Names))]
    public string Case { get; set; } = "";

    [GlobalSetup]
    public void Setup() => action = Cases.All(Device.Cpu).Single(c => c.Name == Case).Action;

    [Benchmark]
    public void Run() => action();
}

public class Kernels() : Suite("kernels");

public class Steps() : Suite("steps");

public class Scoring() : Suite("score");
