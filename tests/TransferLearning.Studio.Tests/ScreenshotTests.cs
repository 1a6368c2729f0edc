using Microsoft.Playwright;
using TransferLearning.Studio.Tests.TestSupport;

namespace TransferLearning.Studio.Tests;

/// <summary>Draws every part for people to look at: set TRANSFERLEARNING_STUDIO_SCREENSHOTS to a folder.</summary>
public sealed class ScreenshotTests(TrainedStudio studio)
{
    private static readonly string[] Parts = ["", "check", "advise", "train", "runs", "evaluate", "label", "try", "use"];

    private static readonly (int Width, int Height, ColorScheme Scheme)[] Kinds =
    [
        (1280, 860, ColorScheme.Light), (1280, 860, ColorScheme.Dark), (390, 844, ColorScheme.Light), (390, 844, ColorScheme.Dark),
    ];

    private static string? Folder => Environment.GetEnvironmentVariable("TRANSFERLEARNING_STUDIO_SCREENSHOTS");

    [Fact]
    public async Task Every_part_is_drawn_light_and_dark_wide_and_narrow_and_nothing_runs_over_the_edge()
    {
        if (Folder is not null)
            await FillAsync();
        // What is drawn for nobody is seen wide and light, and narrow and dark.
        foreach (var (width, height, scheme) in Folder is null ? [Kinds[0], Kinds[3]] : Kinds)
        {
            var page = await studio.OpenAsync("", width, height, scheme);
            var failures = new List<string>();
            page.Console += (_, message) =>
            {
                if (message.Type == "error")
                    failures.Add(message.Text);
            };
            page.Request += (_, request) =>
            {
                if (new Uri(request.Url) is { IsLoopback: false, Scheme: "http" or "https" })
                    failures.Add($"asks {request.Url}");
            };
            foreach (string part in Parts)
            {
                await page.Locator($".studio-nav a[href='{part}']").ClickAsync();
                await page.Locator("h1").First.WaitForAsync();
                if (Folder is not null)
                    await DrawAsync(page, part, width, scheme);
                int over = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
                Assert.True(over <= 0, $"'{part}' is {over} pixels too wide at {width}");
            }

            Assert.Empty(failures);
            await page.Context.CloseAsync();
        }
    }

    private async Task FillAsync()
    {
        var page = await studio.OpenAsync("label");
        await PartsTests.AddUnlabelledAsync(page, [.. Directory.GetFiles(Path.Combine(TestImages.DogsVsCats, "train", "dog")).Take(9)]);
        await Microsoft.Playwright.Assertions.Expect(page.Locator(".label-class.guess")).ToBeVisibleAsync();
        await page.GotoAsync(new Uri(new Uri(page.Url), "/check").AbsoluteUri);
        await PartsTests.CheckAsync(page);
        await page.GotoAsync(new Uri(new Uri(page.Url), "/advise").AbsoluteUri);
        await PartsTests.AdviseAsync(page);
        await page.Context.CloseAsync();
    }

    private async Task DrawAsync(IPage page, string part, int width, ColorScheme scheme)
    {
        if (part == "try")
        {
            await PartsTests.TryAsync(page, Directory.GetFiles(Path.Combine(studio.Root, "valid", "dog"))[3]);
            await page.GetByRole(AriaRole.Button, new() { Name = "Where it looks" }).ClickAsync();
        }

        if (part == "evaluate")
            await page.Locator(".matrix").WaitForAsync();

        await page.WaitForTimeoutAsync(1200);
        string name = $"{(part.Length == 0 ? "images" : part)}-{width}-{scheme}.png";
        await page.ScreenshotAsync(new() { Path = Path.Combine(Folder!, name) });
    }
}
