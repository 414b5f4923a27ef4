using System.Runtime.CompilerServices;
using LisNative.Tests.Detectors;

namespace LisNative.Tests.Reliability;

/// <summary>Many threads at once get the bits that each would get alone.</summary>
public sealed class ThreadTests : InFolder
{
    private const int Threads = 64;

    private static readonly LisOptions Small = new()
    { Width1 = 8, Width2 = 8, Latent = 4, Epochs1 = 3, Epochs2 = 3, Batch = 32, NegativePool = 128 };

    private static Detector Train(ulong seed) =>
        Detector.Fit(Device.Cpu, Bars.Horizontal(256, seed), Bars.Diagonal(128, seed + 100), Small with { Seed = seed });

    [Fact]
    public void Scores_of_64_threads_are_those_of_one_while_others_load_and_dispose()
    {
        using var detector = Train(1);
        detector.Save(folder["m.lis"]);
        var samples = Bars.Vertical(64, 5);
        float[] expected = detector.Score(samples), all = samples.ToFloats();
        int size = samples.SampleShape.Count, rounds = Scale.Of(20, 2000), wrong = 0, loads = 0;
        using var done = new ManualResetEventSlim();
        Thread[] loaders = [.. Enumerable.Range(0, 2).Select(_ => new Thread(() =>
        {
            do
            {
                using var other = Detector.Load(folder["m.lis"]);
                Check(other.Score(samples));
                Interlocked.Increment(ref loads);
            }
            while (!done.IsSet);
        }))];
        Thread[] scorers = [.. Enumerable.Range(0, Threads).Select(t => new Thread(() =>
        {
            var scores = new float[samples.Count];
            for (int round = 0; round < rounds; round++)
            {
                if ((round + t) % 2 == 0)
                {
                    detector.Score(all, scores);
                }
                else
                {
                    for (int i = 0; i < scores.Length; i++)
                    {
                        scores[i] = detector.Score(all.AsSpan(i * size, size));
                    }
                }

                Check(scores);
            }
        }))];
        Array.ForEach([.. loaders, .. scorers], t => t.Start());
        Array.ForEach(scorers, t => t.Join());
        done.Set();
        Array.ForEach(loaders, t => t.Join());
        Assert.Equal(0, wrong);
        Scale.Reached("scores of 64 threads, one detector", ("scores", Threads * rounds * samples.Count),
            ("models loaded and disposed meanwhile", loads));

        void Check(float[] scores)
        {
            if (!scores.AsSpan().SequenceEqual(expected))
            {
                Interlocked.Increment(ref wrong);
            }
        }
    }

    [Fact]
    public void Trainers_at_once_give_what_each_gives_alone()
    {
        ulong[] seeds = [.. Enumerable.Range(1, Scale.Of(4, 64)).Select(s => (ulong)s)];
        float[][] alone = [.. seeds.Select(Trained)], together = new float[seeds.Length][];
        Thread[] trainers = [.. seeds.Select((seed, i) => new Thread(() => together[i] = Trained(seed)))];
        Array.ForEach(trainers, t => t.Start());
        Array.ForEach(trainers, t => t.Join());
        Assert.Equal(alone, together);
        Assert.NotEqual(alone[0], alone[1]);
        Scale.Reached("trainings at once", ("trainings", seeds.Length));

        static float[] Trained(ulong seed)
        {
            using var detector = Train(seed);
            return [.. detector.State.SelectMany(s => s.Value.ToArray())];
        }
    }

    /// <summary>
    /// A service replaces its model while it answers: each answer is that of the model which was asked, or the news that it is gone. Every
    /// kind of question is asked.
    /// </summary>
    [Fact]
    public void Swapped_and_disposed_under_its_users_a_detector_answers_right_or_says_that_it_was_disposed()
    {
        string[] paths = [folder["a.lis"], folder["b.lis"]];
        for (int i = 0; i < paths.Length; i++)
        {
            using var detector = Train((ulong)i + 1);
            detector.Save(paths[i]);
        }

        var samples = Bars.Vertical(40, 5);
        float[] one = samples.ToFloats()[..samples.SampleShape.Count];
        Detector Open(int model) => Detector.Load(paths[model]);
        Func<Detector, float[]>[] questions =
        [
            d => [d.Score(one)],
            d =>
            {
                var scores = new float[samples.Count];
                d.Score(samples.ToFloats(), scores);
                return scores;
            },
            d => d.Score(samples),
            d => d.Reconstruct(samples),
            d => [.. d.Explain(samples).SelectMany(e => e.ErrorMap)],
            d =>
            {
                string path = folder[$"{Environment.CurrentManagedThreadId}.lis"];
                d.Save(path);
                return [.. File.ReadAllBytes(path)];
            },
        ];
        float[][][] expected = [.. paths.Select((_, model) =>
        {
            using var detector = Open(model);
            return questions.Select(ask => ask(detector)).ToArray();
        })];
        int swaps = Scale.Of(2000, 50_000), gone = 0;
        var answers = new long[2];
        var box = new StrongBox<(int Model, Detector Detector)>((0, Open(0)));
        using var done = new ManualResetEventSlim();
        Thread[] askers = [.. Enumerable.Range(0, 8).Select(t => new Thread(() =>
        {
            for (int i = t; !done.IsSet; i++)
            {
                var (model, detector) = Volatile.Read(ref box).Value;
                int question = i % 16 < 10 ? 0 : (i % 16) - 10;
                try
                {
                    bool same = questions[question](detector).AsSpan().SequenceEqual(expected[model][question]);
                    Interlocked.Increment(ref answers[same ? 1 : 0]);
                }
                catch (ObjectDisposedException)
                {
                    Interlocked.Increment(ref gone);
                }
            }
        }))];
        Array.ForEach(askers, t => t.Start());
        for (int i = 1; i <= swaps; i++)
        {
            var old = Interlocked.Exchange(ref box, new((i % 2, Open(i % 2))));
            old.Value.Detector.Dispose();
            old.Value.Detector.Dispose();
        }

        done.Set();
        Array.ForEach(askers, t => t.Join());
        box.Value.Detector.Dispose();
        Assert.Equal(0, answers[0]);
        Assert.All(questions, ask => Assert.Throws<ObjectDisposedException>(() => ask(box.Value.Detector)));
        Scale.Reached("right answers of detectors that are replaced and disposed meanwhile", ("answers", answers[1]), ("replaced", swaps),
            ("asked too late", gone));
    }

    /// <summary>Every worker of the pool waits in a score of its own; the engine's own team needs none of them.</summary>
    [Fact]
    public async Task Scores_from_every_thread_of_the_pool_end()
    {
        using var detector = Train(1);
        var samples = Bars.Vertical(300, 5);
        float[] expected = detector.Score(samples);
        var tasks = Enumerable.Range(0, 4 * Environment.ProcessorCount).Select(_ => Task.Run(() => detector.Score(samples)));
        float[][] scores = await Task.WhenAll(tasks).WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        Assert.All(scores, s => Assert.Equal(expected, s));
    }
}
