namespace TransferLearning.Tests.TestSupport;

/// <summary>Chromium without a window, driven by a script of Playwright; tests skip where either is missing.</summary>
internal static class Chromium
{
    private const string Package = "playwright-core@1.65.1";

    private static readonly string[] Browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    /// <summary>Runs a script of the repository and returns what it printed.</summary>
    /// <param name="script">The path of a CommonJS script below the repository.</param>
    /// <param name="arguments">What it finds in <c>process.argv</c> from 3 on; at 2 is the path of the browser.</param>
    public static async Task<string> RunAsync(string script, params string[] arguments)
    {
        string? browser = Environment.GetEnvironmentVariable("TRANSFERLEARNING_TEST_CHROMIUM") ?? Array.Find(Browsers, File.Exists);
        Assert.SkipUnless(browser is not null,
            "needs Chromium (Debian's package 'chromium', or its path in TRANSFERLEARNING_TEST_CHROMIUM), which is absent");
        return await NodeScript.RunAsync(
            Package, await File.ReadAllTextAsync(Path.Combine(TestData.RepositoryRoot, script)), [browser!, .. arguments]);
    }
}
