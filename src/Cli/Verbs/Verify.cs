using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using LisNative.Proof.Agreement;
using LisNative.Proof.Fixtures;
using LisNative.Proof.Proofs;
using LisNative.Proof.Records;
using LisNative.Proof.Ulp;

namespace LisNative.Cli.Verbs;

/// <summary>
/// verify: the proofs of every operation on the user's own machine, or the comparison with an independent implementation.
/// </summary>
internal static class Verify
{
    /// <summary>Odd, so that every mantissa bit varies; about 4 million floats.</summary>
    private const long SampleStride = 1021;

    internal static Command Command()
    {
        var fixtures = new Option<string?>("--fixtures")
        { Description = "Folder of fixture files (safetensors) to compare with; the built-in records by default." };
        var name = Common.DeviceName();
        var ulp = new Option<bool>("--ulp")
        { Description = "Measure the transcendentals in units in the last place, over a sample of all floats." };
        var exhaustive = new Option<bool>("--exhaustive") { Description = "With --ulp: over all 2^32 floats; takes minutes." };
        var training = new Option<int?>("--training")
        { Description = "Compare so many steps of training the mnist net with the same on the CPU." };
        var only = Common.Only();
        var json = Common.Json();
        var command = new Command("verify", "Prove every operation on this machine; one line a case.")
            { fixtures, name, ulp, exhaustive, training, only, json };
        command.SetAction((parsed, cancellation) =>
        {
            Option[] given = [.. new Option[] { training, ulp, fixtures, only }.Where(o => parsed.IsGiven(o))];
            if (given.Length > 1)
            {
                throw new InputException(given[1].Name,
                    $"expected one of --training, --ulp, --fixtures and --only (of the built-in cases), found {given[0].Name} as well");
            }

            var device = Guarded(Common.OpenDevice(parsed.GetValue(name)!));
            var cases = parsed.GetValue(training) is { } steps
                ? TrainingRun.Compare(device, TrainingRun.Mnist, 128, Common.AtLeastOne(training.Name, steps), 1)
                : parsed.GetValue(ulp) ? Ulps(device, parsed.GetValue(exhaustive) ? 1 : SampleStride)
                : parsed.GetValue(fixtures) is { } folder ? FixtureFile.CheckFolder(folder, device)
                : BuiltIn(device, parsed.GetValue(only)!);
            return Task.FromResult(Run(cases, device, parsed.GetValue(json), cancellation));
        });
        return command;
    }

    /// <summary>On the CPU, writes outside of a tensor's memory are counted.</summary>
    private static Device Guarded(Device device) => device == Device.Cpu ? new Device(device.Name, device.Backend, guarded: true) : device;

    private static IEnumerable<(string Case, Outcome Outcome)> Ulps(Device device, long stride) => UlpSurvey.Functions.Select(f =>
    {
        var (ulp, at) = UlpSurvey.Measure(f, device, stride);
        return (FormattableString.Invariant($"{f.Name}: ULP, worst at {at:R}"), new Outcome(ulp, f.Bound));
    });

    private static IEnumerable<(string Case, Outcome Outcome)> BuiltIn(Device device, string only)
    {
        var proofs = device == Device.Reference ? ProofList.OfGradients : ProofList.For(device);
        var all =
            from record in Table.All
            from proof in proofs
            where proof.AppliesTo(record)
            select (Name: $"{record.Name}: {proof.Name}", Record: record, Proof: proof);
        return Common.Chosen(all, c => c.Name, only).Select(c => (c.Name, Outcome(c.Proof, c.Record, device)));
    }

    private static Outcome Outcome(IProof proof, OperationRecord record, Device device)
    {
        try
        {
            return ProofList.Run(proof, record, device);
        }
        catch (ProofException e)
        {
            Terminal.Warn(e.Message);
            return new(double.NaN, 0);
        }
    }

    private static int Run(IEnumerable<(string Case, Outcome Outcome)> cases, Device device, bool json, CancellationToken cancellation)
    {
        int passed = 0, failed = 0;
        foreach (var (name, outcome) in cases)
        {
            cancellation.ThrowIfCancellationRequested();
            _ = outcome.Passed ? passed++ : failed++;
            double? error = double.IsFinite(outcome.MaxError) ? outcome.MaxError : null;
            Console.Out.WriteLine(json
                ? new JsonObject
                {
                    ["case"] = name,
                    ["maxError"] = error,
                    ["tolerance"] = outcome.Tolerance,
                    ["passed"] = outcome.Passed
                }.ToJsonString()
                : string.Create(CultureInfo.InvariantCulture,
                    $"{(outcome.Passed ? "ok  " : "FAIL")} {outcome.MaxError:G3} of {outcome.Tolerance:G1}  {name}"));
        }

        Console.Out.WriteLine(json ? new JsonObject
        {
            ["device"] = device.Name,
            ["backend"] = device.Backend.Info.Description,
            ["passed"] = passed,
            ["failed"] = failed
        }.ToJsonString()
            : $"{passed} passed, {failed} failed on {device} ({device.Backend.Info.Description})");
        return failed == 0 ? 0 : 1;
    }
}
