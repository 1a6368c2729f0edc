using System.Collections.Concurrent;
using System.Diagnostics;

namespace TransferLearning.Tests.TestSupport;

/// <summary>
/// A script for Node.js that uses one npm package, installed once into the <c>obj</c> folder of the tests. Tests skip where Node.js, npm or
/// the registry is missing.
/// </summary>
internal static class NodeScript
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly ConcurrentDictionary<string, Lazy<Task<string?>>> Installs = new(StringComparer.Ordinal);

    /// <summary>Runs a script and returns what it printed.</summary>
    /// <param name="package">The package with its version, for instance <c>playwright-core@1.65.1</c>.</param>
    /// <param name="script">The text of a CommonJS script.</param>
    /// <param name="arguments">What it finds in <c>process.argv</c> from 2 on.</param>
    public static async Task<string> RunAsync(string package, string script, params string[] arguments)
    {
        string folder = Folder(package);
        string? missing = await Installs.GetOrAdd(package, name => new Lazy<Task<string?>>(() => InstallAsync(name, folder))).Value;
        Assert.SkipUnless(missing is null, missing ?? "");
        string file = Path.Combine(folder, $"{Guid.NewGuid():N}.cjs");
        await File.WriteAllTextAsync(file, script);
        try
        {
            var (exitCode, output, errors) = await StartAsync("node", folder, [file, .. arguments]);
            Assert.True(exitCode == 0, errors);
            return output;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string Folder(string package) =>
        Path.Combine(TestData.RepositoryRoot, "tests", "TransferLearning.Tests", "obj", "node", package.Replace('/', '-'));

    /// <summary>Null where the package is there, otherwise why it is not.</summary>
    private static async Task<string?> InstallAsync(string package, string folder)
    {
        string done = Path.Combine(folder, "installed");
        if (File.Exists(done))
            return null;
        Directory.CreateDirectory(folder);
        try
        {
            string npm = OperatingSystem.IsWindows() ? "npm.cmd" : "npm";
            var (exitCode, _, errors) = await StartAsync(
                npm, folder, ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", folder, package]);
            if (exitCode != 0)
                return $"npm cannot install {package}: {errors.ReplaceLineEndings(" ")}";
        }
        catch (Exception error) when (error is System.ComponentModel.Win32Exception or OperationCanceledException)
        {
            return $"npm is needed to install {package}: {error.Message}";
        }

        await File.WriteAllTextAsync(done, package);
        return null;
    }

    private static async Task<(int ExitCode, string Output, string Errors)> StartAsync(string program, string folder, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
