using System.Diagnostics;
using System.Text;
using System.Text.Json;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Cli;

/// <summary>What one run of the command line tool answered.</summary>
/// <param name="ExitCode">The exit code.</param>
/// <param name="Output">Everything that was written to standard output, read as UTF-8.</param>
/// <param name="Errors">Everything that was written to standard error.</param>
internal sealed record CliRun(int ExitCode, string Output, string Errors)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    /// <summary>Standard output as the one JSON value that it must be.</summary>
    public JsonElement Json()
    {
        Assert.Equal((0, ""), (ExitCode, Errors));
        return ParsedOutput();
    }

    /// <summary>Standard output as JSON, whatever the exit code. Anything before or after the value fails.</summary>
    public JsonElement ParsedOutput()
    {
        Assert.True(Output.Length > 0, $"The tool wrote no JSON; its exit code is {ExitCode}, and it said: {Errors}");
        using var document = JsonDocument.Parse(Output);
        return document.RootElement.Clone();
    }

    /// <summary>Asserts that the run was refused in one line, and returns the line.</summary>
    public string RefusedLine(int exitCode = 2)
    {
        Assert.Equal((exitCode, ""), (ExitCode, Output));
        Assert.StartsWith("error: ", Errors, StringComparison.Ordinal);
        Assert.Equal(1, Errors.AsSpan().Count('\n'));
        Assert.EndsWith(Environment.NewLine, Errors, StringComparison.Ordinal);
        // Words of .NET say nothing to a user of the tool.
        foreach (string word in new[] { "Parameter '", "System.", "   at ", "Exception", "null" })
            Assert.DoesNotContain(word, Errors, StringComparison.Ordinal);
        return Errors.TrimEnd();
    }

    public static Task<CliRun> RunAsync(params string[] arguments) => RunAsync(new Dictionary<string, string?>(), arguments);

    /// <summary>Runs the tool to its end.</summary>
    /// <param name="environment">Variables to set; null values are removed.</param>
    /// <param name="arguments">The command line.</param>
    public static async Task<CliRun> RunAsync(IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        using var process = Start(environment, arguments);
        return await EndAsync(process);
    }

    /// <summary>Starts the tool.</summary>
    public static Process Start(IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", ToolPath(), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true),
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = TestData.RepositoryRoot,
        };
        start.Environment["TRANSFERLEARNING_OFFLINE"] = "1";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Waits for the end of the tool.</summary>
    public static async Task<CliRun> EndAsync(Process process)
    {
        using var patience = new CancellationTokenSource(Patience);
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var errors = process.StandardError.ReadToEndAsync(patience.Token);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException("The tool did not come to an end.");
        }

        // A slow machine gets lines of progress, which are no errors.
        string[] lines = (await errors).Split('\n');
        string withoutProgress = string.Join('\n', lines.Where(line => !line.StartsWith("progress: ", StringComparison.Ordinal)));
        return new CliRun(process.ExitCode, await output, withoutProgress);
    }

    /// <summary>The tool's own output folder, beside that of the tests: bin/&lt;configuration&gt;/&lt;framework&gt;.</summary>
    /// <summary>The assembly of the tool, as it was built with the tests.</summary>
    public static string ToolPath()
    {
        var framework = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return Path.Combine(
            TestData.RepositoryRoot,
            "src/TransferLearning.Cli/bin",
            framework.Parent!.Name,
            framework.Name,
            "TransferLearning.Cli.dll");
    }
}
