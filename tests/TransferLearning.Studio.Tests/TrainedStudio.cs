using Microsoft.Playwright;
using TransferLearning.Studio.Tests.TestSupport;
using static Microsoft.Playwright.Assertions;

namespace TransferLearning.Studio.Tests;

/// <summary>
/// A studio on dogs and cats with one wrong label planted: started without a folder, which is then named on the page, and a run trained
/// through the page. Shared by the tests of the parts.
/// </summary>
public sealed class TrainedStudio : IAsyncLifetime
{
    private readonly SemaphoreSlim _training = new(1);
    private readonly TemporaryFolder _folder = new();
    private StudioProcess? _process;

    /// <summary>The image of a dog that lies in the folder of cats.</summary>
    public const string Planted = "planted.jpg";

    /// <summary>The browser of all tests.</summary>
    public ChromiumBrowser Browser { get; } = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    internal string Root => _folder.File("pets");

    internal string FileOf(string name) => _folder.File(name);

    /// <summary>The studio, with its run.</summary>
    internal async Task<StudioProcess> StartAsync()
    {
        await _training.WaitAsync();
        try
        {
            if (_process is not null)
                return _process;
            string source = TestImages.DogsVsCats;
            TestImages.CopyFolder(source, Root);
            string dog = Directory.GetFiles(Path.Combine(Root, "train", "dog")).Order(StringComparer.Ordinal).First();
            File.Move(dog, Path.Combine(Root, "train", "cat", Planted));
            var process = await StudioProcess.StartAsync();
            try
            {
                var page = await Browser.OpenAsync(process.Address);
                await page.GetByLabel("Folder", new() { Exact = true }).FillAsync(Root);
                await page.GetByRole(AriaRole.Button, new() { Name = "Open", Exact = true }).ClickAsync();
                await Expect(page.GetByRole(AriaRole.Option).First).ToBeVisibleAsync();
                await TrainAsync(page, "Features and a new head (fast)");
                await page.Context.CloseAsync();
            }
            catch
            {
                await process.DisposeAsync();
                throw;
            }

            return _process = process;
        }
        finally
        {
            _training.Release();
        }
    }

    /// <summary>A page at a part of the studio.</summary>
    internal async Task<IPage> OpenAsync(string part, int width = 1280, int height = 860, ColorScheme scheme = ColorScheme.Light)
    {
        var studio = await StartAsync();
        var page = await Browser.OpenAsync(studio.Address, width, height, scheme);
        await ChromiumBrowser.GoToAsync(page, new Uri(studio.Address, "/" + part));
        await page.Locator("h1").First.WaitForAsync();
        return page;
    }

    /// <summary>Trains through the page, and waits for the result.</summary>
    internal static async Task TrainAsync(IPage page, string? scenario)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "Train" }).ClickAsync();
        if (scenario is not null)
        {
            await page.GetByText("Options").ClickAsync();
            await page.GetByLabel("How").ClickAsync();
            await page.GetByText(scenario).ClickAsync();
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "Start" }).ClickAsync();
        await Expect(page.GetByText("with 95% confidence")).ToBeVisibleAsync(new() { Timeout = 300_000 });
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        await Browser.DisposeAsync();
        _training.Dispose();
        _folder.Dispose();
    }
}
