using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

// load URL DETECTOR PID MODEL FIRST SECOND SECONDS PICTURE…
// Posts pictures to a service on 64 connections for some seconds. Meanwhile MODEL, the file it serves, becomes SECOND, FIRST, a damaged
// file and SECOND. Every answer must be one of these two models', from score to p-value; memory of the process must not grow.
const int Connections = 64;
var (url, model, first, second) = ($"{args[0]}/detectors/{args[1]}", args[3], File.ReadAllBytes(args[4]), File.ReadAllBytes(args[5]));
var length = TimeSpan.FromSeconds(double.Parse(args[6], CultureInfo.InvariantCulture));
byte[][] pictures = [.. args[7..].Select(File.ReadAllBytes)];
using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Connections });

await Swap(second);
string[] seconds = await Task.WhenAll(pictures.Select(Post));
await Swap(first);
string[] firsts = await Task.WhenAll(pictures.Select(Post));
await Run(length / 4);      // warm
long before = Memory();
var times = await Run(length, Swaps);
Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
    $"{times.Length} answers on {Connections} connections, {times.Length / length.TotalSeconds:F0} a second: p50 {Quantile(0.5):F1} ms, "
    + $"p99 {Quantile(0.99):F1} ms, longest {times[^1]:F1} ms; memory {before >> 10} MiB before, {Memory() >> 10} MiB after"));

double Quantile(double share) => times[(int)(share * (times.Length - 1))];

long Memory() => File.ReadLines($"/proc/{args[2]}/status").Where(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
    .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)).Single();

async Task<string> Post(byte[] picture)
{
    using var content = new ByteArrayContent(picture) { Headers = { ContentType = new("image/png") } };
    using var answer = await client.PostAsync($"{url}/picture", content);
    return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync()
        : throw new InvalidOperationException($"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
}

async Task Swap(byte[] bytes)
{
    Place(bytes);
    (await client.PostAsync($"{url}/reload", null)).EnsureSuccessStatusCode();
}

void Place(byte[] bytes)
{
    File.WriteAllBytes($"{model}.new", bytes);
    File.Move($"{model}.new", model, overwrite: true);
}

/// The service finds each by itself.
async Task Swaps()
{
    foreach (var (bytes, answer, state) in new[] { (second, seconds[0], "Healthy"), (first, firsts[0], "Healthy"),
        (first[..^1], firsts[0], "Degraded"), (second, seconds[0], "Healthy") })
    {
        await Task.Delay(length / 6);
        Place(bytes);
        var patience = Stopwatch.StartNew();
        for (string health = ""; !health.StartsWith(state, StringComparison.Ordinal) || await Post(pictures[0]) != answer;)
        {
            health = patience.Elapsed < TimeSpan.FromSeconds(10) ? await client.GetStringAsync($"{args[0]}/health")
                : throw new InvalidOperationException($"expected {answer} and the state {state}, found {health}");
            await Task.Delay(50);
        }

        Console.WriteLine($"{state}, and the right model's answer, after {patience.Elapsed.TotalSeconds:F1} s");
    }
}

/// The times of all requests in milliseconds, sorted.
async Task<double[]> Run(TimeSpan length, Func<Task>? meanwhile = null)
{
    var times = new ConcurrentBag<double>();
    var clock = Stopwatch.StartNew();
    int[] of = [0, 0];
    await Task.WhenAll([.. Enumerable.Range(0, Connections).Select(Client), meanwhile?.Invoke() ?? Task.CompletedTask]);
    Console.WriteLine($"answers of the first model {of[0]}, of the second {of[1]}");
    return [.. times.Order()];

    async Task Client(int i)
    {
        for (; clock.Elapsed < length; i = (i + 1) % pictures.Length)
        {
            i %= pictures.Length;
            long start = Stopwatch.GetTimestamp();
            string answer = await Post(pictures[i]);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            int model = answer == firsts[i] ? 0 : answer == seconds[i] ? 1
                : throw new InvalidOperationException($"an answer of neither model: {answer}");
            Interlocked.Increment(ref of[model]);
        }
    }
}
