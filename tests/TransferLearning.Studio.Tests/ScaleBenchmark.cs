using System.Diagnostics;
using System.Globalization;
using Microsoft.Playwright;
using SkiaSharp;
using TransferLearning.Studio.Tests.TestSupport;
using static Microsoft.Playwright.Assertions;

namespace TransferLearning.Studio.Tests;

/// <summary>
/// 100,000 images in the studio and in Chromium; started by hand: <c>dotnet run -c Release --project tests/TransferLearning.Studio.Tests --
/// -explicit only -class "*ScaleBenchmark" -showliveoutput</c>. TRANSFERLEARNING_STUDIO_SCALE sets another number of images.
/// </summary>
public sealed class ScaleBenchmark(TrainedStudio shared)
{
    private const int Classes = 10;
    private const int Drawn = 500;
    private const int Stops = 100;

    /// <summary>Counts the frames of a page while it is scrolled, and the longest time between two.</summary>
    private const string CountFrames = """
        () => {
            const times = [];
            window.frames_ = times;
            const step = now => { if (window.frames_ === times) { times.push(now); requestAnimationFrame(step); } };
            requestAnimationFrame(step);
        }
        """;

    private const string ReadFrames = """
        () => {
            const times = window.frames_;
            window.frames_ = null;
            const gaps = times.slice(1).map((time, i) => time - times[i]);
            return [1000 * gaps.length / (times.at(-1) - times[0]), Math.max(...gaps)];
        }
        """;

    /// <summary>Whether every tile in sight shows its image.</summary>
    private const string IsFilled = """
        () => {
            const grid = document.querySelector(".grid")?.getBoundingClientRect();
            if (!grid)
                return false;
            const tiles = [...document.querySelectorAll(".grid .tile")].filter(tile => {
                const box = tile.getBoundingClientRect();
                return box.bottom > grid.top && box.top < grid.bottom;
            });
            const last = Math.max(...tiles.map(tile => tile.getBoundingClientRect().bottom));
            return tiles.length > 0 && last >= grid.bottom - 20
                && tiles.every(tile => { const image = tile.querySelector("img"); return image.complete && image.naturalWidth > 0; });
        }
        """;

    [Fact(Explicit = true)]
    public async Task A_hundred_thousand_images_are_indexed_opened_and_scrolled_through()
    {
        int count = int.Parse(
            Environment.GetEnvironmentVariable("TRANSFERLEARNING_STUDIO_SCALE") ?? "100000", CultureInfo.InvariantCulture);
        using var folder = new TemporaryFolder();
        await Task.Run(() => WriteImages(folder.Path, count));

        var clock = Stopwatch.StartNew();
        await using (var first = await StudioProcess.StartAsync(folder.Path))
        {
            var page = await shared.Browser.OpenAsync(first.Address);
            string all = count.ToString("N0", CultureInfo.InvariantCulture);
            await Expect(page.Locator("button.pick .count").First).ToHaveTextAsync(all, new() { Timeout = 600_000 });
            Report("indexed", count / clock.Elapsed.TotalSeconds, "images/s, with the start of the studio and of the page");
            Report("resident after indexing", first.ResidentBytes / 1e6, "MB");
            await page.Context.CloseAsync();
        }

        clock.Restart();
        await using var studio = await StudioProcess.StartAsync(folder.Path);
        Report("started again, catalog read", clock.Elapsed.TotalSeconds, "s");
        var opened = await shared.Browser.OpenAsync(studio.Address);
        await opened.WaitForFunctionAsync(IsFilled, null, new() { Timeout = 60_000 });
        Report("opened again, images in sight", clock.Elapsed.TotalSeconds, "s");
        await Expect(opened.Locator(".job")).ToHaveCountAsync(0, new() { Timeout = 120_000 });
        Report("compared with the folder", clock.Elapsed.TotalSeconds, "s");
        Report("resident after opening", studio.ResidentBytes / 1e6, "MB");

        await ScrollAsync(opened, "slowly, 800 pixels a second", 8, 800);
        await ScrollAsync(opened, "fast, 6,000 pixels a second", 8, 6_000);
        await ScrollAsync(opened, "very fast, 60,000 pixels a second", 8, 60_000);
        var waits = new List<double>();
        var way = Stopwatch.StartNew();
        for (int stop = 0; stop <= Stops; stop++)
        {
            await opened.Locator(".grid").EvaluateAsync(
                "(grid, share) => { grid.scrollTop = share * (grid.scrollHeight - grid.clientHeight); }", (double)stop / Stops);
            clock.Restart();
            await opened.WaitForFunctionAsync(IsFilled, null, new() { Timeout = 30_000, PollingInterval = 10 });
            waits.Add(clock.Elapsed.TotalMilliseconds);
        }

        waits.Sort();
        Report("images in sight after a jump, median", waits[waits.Count / 2], "ms");
        Report("images in sight after a jump, slowest", waits[^1], "ms");
        Report("resident after scrolling through everything", studio.ResidentBytes / 1e6, "MB");

        clock.Restart();
        await opened.Locator(".grid").FocusAsync();
        await opened.Keyboard.PressAsync("Control+a");
        await Expect(opened.Locator(".tools strong")).ToContainTextAsync("selected", new() { Timeout = 60_000 });
        Report("all selected", clock.Elapsed.TotalSeconds, "s");
        clock.Restart();
        await opened.Keyboard.PressAsync("x");
        await Expect(opened.Locator(".empty")).ToBeVisibleAsync(new() { Timeout = 120_000 });
        Report("all excluded", clock.Elapsed.TotalSeconds, "s");
        Report("resident after it", studio.ResidentBytes / 1e6, "MB");
        await opened.Context.CloseAsync();
    }

    private static async Task ScrollAsync(IPage page, string name, double seconds, double pixelsPerSecond)
    {
        await page.EvaluateAsync(CountFrames);
        await page.Locator(".grid").EvaluateAsync(
            """
            (grid, [seconds, speed]) => new Promise(resolve => {
                const from = grid.scrollTop, start = performance.now();
                const step = now => {
                    grid.scrollTop = from + speed * Math.max(0, now - start) / 1000;
                    if (now - start < 1000 * seconds) requestAnimationFrame(step); else resolve();
                };
                requestAnimationFrame(step);
            })
            """,
            new[] { seconds, pixelsPerSecond });
        double[] read = await page.EvaluateAsync<double[]>(ReadFrames);
        Report($"scrolled {name}", read[0], FormattableString.Invariant($"frames/s, the longest {read[1]:F0} ms"));
    }

    private static void Report(string what, double value, string unit) =>
        TestContext.Current.TestOutputHelper!.WriteLine(FormattableString.Invariant($"{what,-46}{value,10:F1} {unit}"));

    /// <summary>Some hundred drawn images, each many times with another number in a comment: no two files are alike.</summary>
    private static void WriteImages(string folder, int count)
    {
        byte[][] drawn = [.. Enumerable.Range(0, Drawn).Select(Draw)];
        for (int i = 0; i < Classes; i++)
            Directory.CreateDirectory(Path.Combine(folder, FormattableString.Invariant($"class-{i}")));
        Parallel.For(0, count, i =>
        {
            byte[] image = drawn[i % Drawn];
            string file = Path.Combine(
                folder, FormattableString.Invariant($"class-{i % Classes}"), FormattableString.Invariant($"{i:D6}.jpg"));
            using var stream = File.Create(file);
            // A comment right after the start of the image: FF FE, its length of 6, the number.
            stream.Write([.. image.AsSpan(0, 2), 0xFF, 0xFE, 0, 6, (byte)(i >> 24), (byte)(i >> 16), (byte)(i >> 8), (byte)i]);
            stream.Write(image.AsSpan(2));
        });
    }

    /// <summary>Thirty discs at places that the number decides.</summary>
    private static byte[] Draw(int number)
    {
        const int Side = 96;
        using var bitmap = new SKBitmap(Side, Side);
        using (var canvas = new SKCanvas(bitmap))
        using (var paint = new SKPaint { IsAntialias = true })
        {
            canvas.Clear(SKColor.FromHsl(number % Classes * 36, 55, 35 + (number % 20)));
            for (int i = 0; i < 30; i++)
            {
                int place = (number * 7919) + (i * 104_729);
                paint.Color = SKColor.FromHsl(place % 360, 60, 30 + (place % 50));
                canvas.DrawCircle(place / 7 % Side, place / 671 % Side, 2 + (place % 12), paint);
            }
        }

        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 85);
        return data.ToArray();
    }
}
