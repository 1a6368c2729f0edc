using System.Diagnostics;

namespace TransferLearning.Tests.TestSupport;

/// <summary>
/// Node.js with <c>onnxruntime-node</c>, a judge of saved files that shares no managed code with the library. Installed once into the <c>obj</c>
/// folder of the tests; tests skip where Node.js, npm or the registry is missing.
/// </summary>
internal static class NodeRuntime
{
    private const string Package = "onnxruntime-node@1.30.0";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    /// <summary>Runs a script that can <c>require("onnxruntime-node")</c>, and returns what it printed.</summary>
    public static async Task<string> RunAsync(string script, params string[] arguments)
    {
        string folder = await RequireAsync();
        string file = Path.Combine(folder, $"{Guid.NewGuid():N}.js");
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

    private static async Task<string> RequireAsync()
    {
        string folder = Path.Combine(TestData.RepositoryRoot, "tests", "TransferLearning.Tests", "obj", "onnxruntime-node");
        string done = Path.Combine(folder, "installed");
        if (File.Exists(done))
            return folder;
        Directory.CreateDirectory(folder);
        try
        {
            // Its install script would fetch a GPU library; the one for the processor is in the package.
            string npm = OperatingSystem.IsWindows() ? "npm.cmd" : "npm";
            var (exitCode, _, errors) = await StartAsync(
                npm, folder, ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", folder, Package]);
            Assert.SkipUnless(exitCode == 0, $"npm cannot install {Package}: {errors.ReplaceLineEndings(" ")}");
        }
        catch (Exception missing) when (missing is System.ComponentModel.Win32Exception or OperationCanceledException)
        {
            Assert.Skip($"npm is needed to install {Package}: {missing.Message}");
        }

        await File.WriteAllTextAsync(done, Package);
        return folder;
    }

    private static async Task<(int ExitCode, string Output, string Errors)> StartAsync(string program, string folder, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
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
