using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SkiaSharp;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>
/// Whether <c>features</c> and <c>predict</c> take the same time and memory for each image however many there are: the tool as a process of
/// its own on folders of 1,000, 10,000 and 100,000 small images (or of the numbers after the name), with the embedded backbone. Prints the
/// wall and processor time of an image, start included, and the largest resident memory.
/// </summary>
internal static class ShardScale
{
    private const int DifferentImages = 200;
    private const int ImagesOfAFolder = 1000;
    private const int Side = 128;

    private static readonly Lazy<byte[][]> Images = new(() => [.. Enumerable.Range(0, DifferentImages).Select(Draw)]);
    private static readonly TimeSpan Watch = TimeSpan.FromMilliseconds(10);

    public static async Task RunAsync(int[] counts)
    {
        if (counts.Length == 0)
            counts = [1_000, 10_000, 100_000];
        string folder = Directory.CreateTempSubdirectory("transferlearning-shard-scale-").FullName;
        try
        {
            Console.WriteLine($"{"",-10}{"images",10}{"ms/image",12}{"CPU ms/image",16}{"peak MB",10}");
            int written = 0;
            foreach (int count in counts.Order())
            {
                for (; written < count; written++)
                    Write(Path.Combine(folder, "images"), written);
                foreach (string[] task in (string[][])[["features"], ["predict", Backbones.TinyResNet.Name]])
                {
                    var (seconds, processor, peak) = await DoAsync(task, folder, count).ConfigureAwait(false);
                    Console.WriteLine(FormattableString.Invariant(
                        $"{task[0],-10}{count,10}{1000 * seconds / count,12:F2}{1000 * processor / count,16:F2}{peak / 1e6,10:F0}"));
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Runs the tool, and watches what it takes as long as it lives: afterwards the system does not tell.</summary>
    private static async Task<(double Seconds, double ProcessorSeconds, long PeakBytes)> DoAsync(string[] task, string folder, int count)
    {
        string[] arguments = ["exec", BenchmarkData.Tool, .. task, Path.Combine(folder, "images"), "-o", Path.Combine(folder, task[0]),
            "--overwrite", "--json"];
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["TRANSFERLEARNING_OFFLINE"] = "1";
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        double processor = 0;
        long peak = 0;
        for (var end = process.WaitForExitAsync(); !end.IsCompleted; await Task.WhenAny(end, Task.Delay(Watch)).ConfigureAwait(false))
        {
            try
            {
                process.Refresh();
                processor = Math.Max(processor, process.TotalProcessorTime.TotalSeconds);
                peak = Math.Max(peak, process.PeakWorkingSet64);
            }
            catch (Exception error) when (error is InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                // It has just ended.
            }
        }

        double seconds = clock.Elapsed.TotalSeconds;
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"The tool failed: {await errors.ConfigureAwait(false)}");
        using var report = JsonDocument.Parse(await output.ConfigureAwait(false));
        int done = report.RootElement.GetProperty("images").GetInt32();
        return done == count ? (seconds, processor, peak)
            : throw new InvalidOperationException($"The tool did {done} images instead of {count}.");
    }

    private static void Write(string folder, int number)
    {
        string name = number.ToString("000000", CultureInfo.InvariantCulture);
        string path = Path.Combine(folder, (number / ImagesOfAFolder).ToString("000", CultureInfo.InvariantCulture), name + ".jpg");
        if (number % ImagesOfAFolder == 0)
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, Images.Value[number % DifferentImages]);
    }

    /// <summary>Blocks of random colours.</summary>
    private static byte[] Draw(int seed)
    {
        var random = new Random(seed);
        using var bitmap = new SKBitmap(Side, Side);
        using var canvas = new SKCanvas(bitmap);
        using var paint = new SKPaint();
        for (int i = 0; i < 40; i++)
        {
            paint.Color = new SKColor((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256));
            canvas.DrawRect(random.Next(Side), random.Next(Side), random.Next(8, 64), random.Next(8, 64), paint);
        }

        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
        return data.ToArray();
    }
}
