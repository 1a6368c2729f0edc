using Microsoft.Playwright;

namespace TransferLearning.Studio.Tests.TestSupport;

/// <summary>One Chromium without a window for all tests; they are skipped where there is none.</summary>
public sealed class ChromiumBrowser : IAsyncDisposable
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    /// <summary>In milliseconds; only a test that fails waits that long, also on a machine with much other work.</summary>
    private const float Patience = 90_000;

    private readonly SemaphoreSlim _starting = new(1);
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>A page of a browser profile of its own, with a camera that shows a test image.</summary>
    public async Task<IPage> OpenAsync(Uri address, int width = 1280, int height = 860, ColorScheme scheme = ColorScheme.Light)
    {
        var browser = await StartAsync();
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = scheme,
            Permissions = ["camera", "clipboard-read", "clipboard-write"],
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(Patience);
        var page = await context.NewPageAsync();
        await GoToAsync(page, address);
        return page;
    }

    /// <summary>Loads an address, and waits until the page listens to what is dropped, typed and clicked.</summary>
    public static async Task GoToAsync(IPage page, Uri address)
    {
        await page.GotoAsync(address.AbsoluteUri);
        await page.Locator(".studio:not([aria-busy])").WaitForAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        _starting.Dispose();
    }

    private async Task<IBrowser> StartAsync()
    {
        string? program = Environment.GetEnvironmentVariable("TRANSFERLEARNING_TEST_CHROMIUM") ?? Array.Find(Places, File.Exists);
        Assert.SkipUnless(
            program is not null, "needs Chromium (Debian's package 'chromium', or its path in TRANSFERLEARNING_TEST_CHROMIUM)");
        await _starting.WaitAsync();
        try
        {
            Assertions.SetDefaultExpectTimeout(Patience);
            _playwright ??= await Playwright.CreateAsync();
            return _browser ??= await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = program,
                Args = ["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"],
            });
        }
        finally
        {
            _starting.Release();
        }
    }
}
