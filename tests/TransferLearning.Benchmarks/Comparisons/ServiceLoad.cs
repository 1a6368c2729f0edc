using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>
/// The sample service with its default settings, in a process of its own on the loopback interface, under more clients than it has places:
/// images of 24 sizes, every twentieth of them to be explained. Prints what was answered, and the resident memory of the service as the
/// answers add up. Ends with an error where anything but 200 and 429 is answered.
/// </summary>
internal static class ServiceLoad
{
    public const int DefaultAnswers = 20_000;

    private const int Clients = 32;
    private const int ExplainEvery = 20;
    private const int FirstLook = 1_000;
    private const int Looks = 8;
    private const string Listening = "Now listening on: ";

    /// <summary>How long a client that was turned away waits; without it clients would do little but ask.</summary>
    private static readonly TimeSpan TurnedAway = TimeSpan.FromMilliseconds(10);

    public static async Task RunAsync(int answers)
    {
        byte[][] images = NoiseImages.Create();
        using var service = Start();
        // A full pipe would stop the service.
        var address = await AddressAsync(service).ConfigureAwait(false);
        var output = service.StandardOutput.ReadToEndAsync();
        var errors = service.StandardError.ReadToEndAsync();
        try
        {
            using var client = new HttpClient { BaseAddress = address };
            var counts = new ConcurrentDictionary<HttpStatusCode, int>();
            int answered = 0, asked = 0;
            Console.WriteLine($"{"answers",10}{"resident MB",14}{"seconds",10}");
            var clock = Stopwatch.StartNew();
            for (int look = 0; look <= Looks; look++)
            {
                int until = look == 0 ? Math.Min(FirstLook, answers) : FirstLook + (int)((answers - FirstLook) * (long)look / Looks);
                await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => AskAsync(until))).ConfigureAwait(false);
                service.Refresh();
                Console.WriteLine(
                    FormattableString.Invariant($"{answered,10}{service.WorkingSet64 / 1e6,14:F0}{clock.Elapsed.TotalSeconds,10:F0}"));
            }

            Console.WriteLine(string.Join(
                ", ", counts.OrderBy(count => count.Key).Select(count => FormattableString.Invariant($"{(int)count.Key}: {count.Value}"))));
            if (counts.Keys.Any(status => status is not (HttpStatusCode.OK or HttpStatusCode.TooManyRequests)))
                throw new InvalidOperationException("The service answered with an error.");

            async Task AskAsync(int until)
            {
                while (Volatile.Read(ref answered) < until)
                {
                    int number = Interlocked.Increment(ref asked);
                    using var content = new ByteArrayContent(images[number % images.Length]);
                    content.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
                    using var answer = await client.PostAsync(new Uri(number % ExplainEvery == 0 ? "explain" : "predict", UriKind.Relative),
                        content).ConfigureAwait(false);
                    counts.AddOrUpdate(answer.StatusCode, 1, (_, count) => count + 1);
                    if (answer.StatusCode == HttpStatusCode.TooManyRequests)
                        await Task.Delay(TurnedAway).ConfigureAwait(false);
                    else
                        Interlocked.Increment(ref answered);
                }
            }
        }
        finally
        {
            service.Kill();
            await output.ConfigureAwait(false);
            await Console.Error.WriteAsync(await errors.ConfigureAwait(false)).ConfigureAwait(false);
        }
    }

    private static Process Start()
    {
        string program = BenchmarkData.InRepository($"samples/ImageService/bin/{BenchmarkData.Configuration}/net10.0/ImageService.dll");
        var start = new ProcessStartInfo("dotnet", ["exec", program, "--urls", "http://127.0.0.1:0"]) { RedirectStandardOutput = true,
            RedirectStandardError = true };
        start.Environment["TRANSFERLEARNING_OFFLINE"] = "1";
        return Process.Start(start)!;
    }

    private static async Task<Uri> AddressAsync(Process service)
    {
        while (await service.StandardOutput.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            if (line.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and int found)
                return new Uri(line[(found + Listening.Length)..].Trim());
        }

        throw new InvalidOperationException($"The service ended: {await service.StandardError.ReadToEndAsync().ConfigureAwait(false)}");
    }
}
