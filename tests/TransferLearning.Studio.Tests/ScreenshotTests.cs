using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using TransferLearning.Studio.Tests.TestSupport;
using static Microsoft.Playwright.Assertions;

namespace TransferLearning.Studio.Tests;

/// <summary>Draws every part for people to look at: set TRANSFERLEARNING_STUDIO_SCREENSHOTS to a folder.</summary>
public sealed class ScreenshotTests(TrainedStudio studio)
{
    private static readonly string[] Parts = ["", "check", "advise", "train", "runs", "evaluate", "label", "try", "use"];

    private static readonly (int Width, int Height, ColorScheme Scheme)[] Kinds =
    [
        (1280, 860, ColorScheme.Light), (1280, 860, ColorScheme.Dark), (390, 844, ColorScheme.Light), (390, 844, ColorScheme.Dark),
    ];

    private static readonly AxeRunOptions Rules = new()
    {
        RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] },
        // What passes is of no interest, and finding the way to each of those elements takes most of the time.
        ResultTypes = [ResultType.Violations],
        Iframes = false,
    };

    private static string? Folder => Environment.GetEnvironmentVariable("TRANSFERLEARNING_STUDIO_SCREENSHOTS");

    [Fact]
    public async Task Every_part_fits_its_page_and_shuts_nobody_out_light_and_dark_wide_and_narrow()
    {
        if (Folder is not null)
            await FillAsync();
        var failures = new List<string>();
        // What is drawn for nobody is seen wide and light, and narrow and dark.
        foreach (var (width, height, scheme) in Folder is null ? [Kinds[0], Kinds[3]] : Kinds)
        {
            var page = await studio.OpenAsync("", width, height, scheme);
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
                // Whoever comes from another part begins at the title, or at the image to label, where keys are answers.
                if (part.Length > 0)
                    await Expect(page.Locator("h1:focus, .label-work:focus")).ToHaveCountAsync(1);
                await Expect(page.Locator(".studio[data-moving]")).ToHaveCountAsync(0);
                if (Folder is not null)
                    await DrawAsync(page, part, width, height, scheme);
                int over = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
                if (over > 0)
                    failures.Add($"'{part}' is {over} pixels too wide at {width}");
                if ((width, scheme) == (Kinds[0].Width, Kinds[0].Scheme))
                {
                    failures.AddRange((await KeyboardWalk.FaultsAsync(page)).Select(fault => $"'{part}': {fault}"));
                }

                failures.AddRange((await page.RunAxe(Rules)).Violations.SelectMany(rule => rule.Nodes.Select(node =>
                    $"'{part}' at {width}, {scheme}: {rule.Id}: {node.Html} {string.Join(' ', node.Any.Select(check => check.Message))}")));
            }

            await page.Context.CloseAsync();
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures.Distinct()));
    }

    private async Task FillAsync()
    {
        var page = await studio.OpenAsync("label");
        await PartsTests.AddUnlabelledAsync(page, [.. Directory.GetFiles(Path.Combine(TestImages.DogsVsCats, "train", "dog")).Take(9)]);
        await Expect(page.Locator(".label-class.guess")).ToBeVisibleAsync();
        // Labels that the classifier contradicts.
        await GoToAsync(page, "");
        await page.Locator("button.pick", new() { HasText = "Validation" }).ClickAsync();
        await page.GetByRole(AriaRole.Option).First.ClickAsync();
        foreach (string key in (string[])["Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "2", "End", "1"])
            await page.Keyboard.PressAsync(key);
        await GoToAsync(page, "check");
        await PartsTests.CheckAsync(page);
        await GoToAsync(page, "advise");
        await PartsTests.AdviseAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Compare pretrained networks" }).ClickAsync();
        await Expect(page.GetByText("Pretrained networks at hand")).ToBeVisibleAsync(new() { Timeout = 120_000 });
        await GoToAsync(page, "train");
        await page.Locator(".options summary").ClickAsync();
        await page.GetByLabel("How").ClickAsync();
        await page.GetByText("Fine-tune the network").ClickAsync();
        var epochs = page.GetByLabel("Epochs", new() { Exact = true });
        await epochs.FillAsync("3");
        await epochs.PressAsync("Tab");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start" }).ClickAsync();
        await Expect(page.Locator(".chart")).ToHaveCountAsync(2, new() { Timeout = 240_000 });
        foreach (var (width, height, scheme) in Kinds)
        {
            var other = await studio.OpenAsync("train", width, height, scheme);
            await other.WaitForTimeoutAsync(600);
            await ShootAsync(other, "train-live", width, height, scheme);
            await other.Context.CloseAsync();
        }

        await Expect(page.GetByText("with 95% confidence")).ToBeVisibleAsync(new() { Timeout = 300_000 });
        await page.Context.CloseAsync();
    }

    private async Task DrawAsync(IPage page, string part, int width, int height, ColorScheme scheme)
    {
        if (part == "runs")
        {
            var boxes = page.Locator("td input[type=checkbox]");
            await Expect(boxes).ToHaveCountAsync(2);
            foreach (var box in await boxes.AllAsync())
                await box.CheckAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Compare" }).ClickAsync();
            await page.GetByText("McNemar").WaitForAsync(new() { Timeout = 60_000 });
        }

        if (part == "try")
        {
            await PartsTests.TryAsync(page, Directory.GetFiles(Path.Combine(studio.Root, "valid", "dog"))[3]);
            await page.GetByRole(AriaRole.Button, new() { Name = "Where it looks" }).ClickAsync();
        }

        if (part == "evaluate")
        {
            await page.Locator(".matrix").WaitForAsync(new() { Timeout = 60_000 });
            await page.GetByRole(AriaRole.Button, new() { Name = "Where it looks" }).First.ClickAsync();
        }

        await page.WaitForTimeoutAsync(1200);
        await ShootAsync(page, part.Length == 0 ? "images" : part, width, height, scheme);
    }

    /// <summary>What is in sight, and where there is more, all of it.</summary>
    private static async Task ShootAsync(IPage page, string name, int width, int height, ColorScheme scheme)
    {
        string file = Path.Combine(Folder!, $"{name}-{width}-{scheme}");
        await page.ScreenshotAsync(new() { Path = file + ".png" });
        int more = await page.Locator(".studio-content").EvaluateAsync<int>("part => part.scrollHeight - part.clientHeight");
        if (more <= 0)
            return;
        await page.SetViewportSizeAsync(width, height + more);
        await page.WaitForTimeoutAsync(600);
        await page.ScreenshotAsync(new() { Path = file + "-all.png" });
        await page.SetViewportSizeAsync(width, height);
    }

    private static Task GoToAsync(IPage page, string part) =>
        ChromiumBrowser.GoToAsync(page, new Uri(new Uri(page.Url), $"/{part}"));
}
