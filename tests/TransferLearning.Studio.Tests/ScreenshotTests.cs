using Microsoft.Playwright;

namespace TransferLearning.Studio.Tests;

/// <summary>Draws every part for people to look at: set TRANSFERLEARNING_STUDIO_SCREENSHOTS to a folder.</summary>
public sealed class ScreenshotTests(TrainedStudio studio)
{
    private static readonly string[] Parts = ["", "train"];

    private static readonly (int Width, int Height, ColorScheme Scheme)[] Kinds =
    [
        (1280, 860, ColorScheme.Light), (1280, 860, ColorScheme.Dark), (390, 844, ColorScheme.Light), (390, 844, ColorScheme.Dark),
    ];

    [Fact]
    public async Task Every_part_is_drawn_light_and_dark_wide_and_narrow_and_nothing_runs_over_the_edge()
    {
        string? folder = Environment.GetEnvironmentVariable("TRANSFERLEARNING_STUDIO_SCREENSHOTS");
        foreach (var (width, height, scheme) in Kinds)
        {
            var page = await studio.OpenAsync("", width, height, scheme);
            foreach (string part in Parts)
            {
                await page.Locator($".studio-nav a[href='{part}']").ClickAsync();
                await page.WaitForTimeoutAsync(folder is null ? 100 : 900);
                int over = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
                Assert.True(over <= 0, $"'{part}' is {over} pixels too wide at {width}");
                if (folder is not null)
                {
                    string name =
                        FormattableString.Invariant(
                            $"{(part.Length == 0 ? "images" : part)}-{width}-{scheme.ToString().ToLowerInvariant()}.png");
                    await page.ScreenshotAsync(new() { Path = Path.Combine(folder, name) });
                }
            }

            await page.Context.CloseAsync();
        }
    }
}
