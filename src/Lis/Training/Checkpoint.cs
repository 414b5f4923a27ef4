using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using LisNative.Distributed;

namespace LisNative.Training;

/// <summary>
/// How far a fit is, in a file, so that it can be stopped at any moment, by a crash too, and gone on with to the same bits. A fit is a row
/// of stages (feature extraction, latent shaping); the file keeps the weights and losses of those that ended, and of the one under way the
/// optimiser's moments and the number of steps, too. All that is random depends on the seed and the step alone, and what training prepares
/// is made anew: there is no more state.
/// </summary>
/// <remarks>Written beside its place and then renamed. The fit leaves it there: delete it when the detector has been saved.</remarks>
/// <example><code>
/// var checkpoint = new Checkpoint("model.checkpoint");
/// using var detector = Detector.Fit(Device.Cpu, normal, negatives, new LisOptions(), checkpoint: checkpoint);
/// detector.Save("model.lis");
/// checkpoint.Delete();
/// </code></example>
public sealed class Checkpoint
{
    private const string Format = "lisnative-checkpoint", Version = "1";

    /// <summary>
    /// Settings that say how steps are taken: who goes on from the last good state of a training that diverged changes these.
    /// </summary>
    private static readonly string[] MayDiffer = ["rate1", "rate2", "clip"];

    private readonly TimeSpan every;
    private readonly Stopwatch sinceWritten = new();
    private SafeTensors ended = new();
    private SafeTensors? stored;
    private FitDescription fit = new("");
    private bool writes;
    private int stage;
    private (string Name, int Rounds, int Done, IReadOnlyList<TrainingStep> Steps) now;

    /// <summary>A place for a checkpoint; where there is one already, a fit goes on from it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="every">How often it is written; every 15 seconds when not given.</param>
    public Checkpoint(string path, TimeSpan? every = null) => (Path, this.every) = (path, every ?? TimeSpan.FromSeconds(15));

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Whether there is a file to go on from.</summary>
    public bool Exists => File.Exists(Path);

    /// <summary>What the file holds, in words: a stage and its last step; null when nothing was read or written.</summary>
    public string? State { get; private set; }

    /// <summary>Deletes the file, and what writers that were killed have left beside it.</summary>
    public void Delete()
    {
        File.Delete(Path);
        AtomicFile.Clean(Path);
    }

    /// <summary>Before a fit: reads the file, if there is one, and holds it against the fit that is to go on.</summary>
    /// <param name="description">Of the fit.</param>
    /// <param name="ranks">The first of them reads and writes the file for all.</param>
    /// <exception cref="InputException">It is damaged, or of a fit of other data or with other settings.</exception>
    internal void Open(FitDescription description, Communicator? ranks)
    {
        (stored, State, ended, stage) = (null, null, new(), 0);
        (fit, writes) = (description, ranks is null or { Rank: 0 });
        byte[]? bytes = writes && Exists ? SafeTensors.ReadBytes(Path) : null;
        bytes = ranks is null ? bytes : ranks.BroadcastMessage(bytes, 0);
        if (bytes is not null)
        {
            stored = SafeTensors.Parse(bytes, Path);
            stored.CheckFormat(Format, Version);
            foreach (var (name, tensor) in stored.Tensors)
            {
                if (!Array.TrueForAll(tensor.ToFloats(), float.IsFinite))
                {
                    throw new InputException(Path, $"tensor \"{name}\": expected finite numbers");
                }
            }

            RequireSame(new(stored.Metadata.TryGetValue("fit", out string? of) ? of : ""));
            State = stored.Metadata.TryGetValue("state", out string? state) ? state : "";
        }

        sinceWritten.Restart();
    }

    /// <summary>
    /// Begins a stage: brings what it trains to where the file says it was, and returns the rounds done before: all of them for a stage
    /// that had ended.
    /// </summary>
    internal int Begin(string name, int rounds, params IReadOnlyList<TrainingStep> steps)
    {
        int done = 0;
        if (stored is not null && stored.Metadata.TryGetValue($"stage{stage}", out string? text))
        {
            done = int.TryParse(text, CultureInfo.InvariantCulture, out int found) && found >= 0 && found <= rounds ? found
                : throw new InputException(Path, $"expected 0 to {rounds} steps of {name}, found {text}");
            foreach (var (i, step) in steps.Index())
            {
                step.Load(stored, Prefix(i), step.Total / rounds * done, goesOn: done < rounds);
            }
        }

        now = (name, rounds, done, steps);
        return done;
    }

    /// <summary>A round is done; the file is written when it is time.</summary>
    internal void After(int done)
    {
        now.Done = done;
        if (writes && sinceWritten.Elapsed >= every)
        {
            Write();
        }
    }

    /// <summary>
    /// All rounds are done: what the stage trained is kept, its moments are not. Written at once, for between two stages nothing is trained
    /// that could be.
    /// </summary>
    internal void End()
    {
        AddStage(ended);
        stage++;
        now.Steps = [];
        Write();
    }

    /// <summary>Writes the file now.</summary>
    /// <exception cref="InputException">It cannot be written, or a weight is no number.</exception>
    internal void Write()
    {
        var file = ended.Copy();
        if (now.Steps.Count > 0)
        {
            AddStage(file);
        }

        file.Metadata["format"] = Format;
        file.Metadata["version"] = Version;
        file.Metadata["fit"] = fit.Text;
        file.Metadata["state"] = $"{now.Name}, step {now.Done}";
        if (writes)
        {
            file.Metadata["digest"] = file.Digest();
            file.Write(Path);
        }

        State = file.Metadata["state"];
        sinceWritten.Restart();
    }

    /// <summary>What to tell of a training that failed.</summary>
    internal string LastGood => State is null ? "no checkpoint had been written" : $"{Path} has the state after {State}";

    private string Prefix(int step) => $"{stage}.{step}.";

    private void AddStage(SafeTensors file)
    {
        file.Metadata[$"stage{stage}"] = now.Done.ToString(CultureInfo.InvariantCulture);
        foreach (var (i, step) in now.Steps.Index())
        {
            step.AddTo(file, Prefix(i), goesOn: now.Done < now.Rounds);
        }
    }

    /// <summary>Refuses the checkpoint of another fit, and says in what it differs.</summary>
    private void RequireSame(FitDescription found)
    {
        try
        {
            if (fit.Difference(found, MayDiffer) is var (odd, mine, its))
            {
                throw new InputException(Path, $"expected a checkpoint of a fit with {odd} {mine ?? "absent"}, found {its ?? "none"}");
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new InputException(Path, $"the checkpoint does not say of which fit it is ({e.Message})", e);
        }
    }
}
