using System.Diagnostics;

namespace TransferLearning.Studio.Tests.TestSupport;

/// <summary>A studio in a process of its own, on a free port.</summary>
internal sealed class StudioProcess : IAsyncDisposable
{
    private const string Start = "The studio is at ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Task<string> _output, _errors;

    private StudioProcess(Process process, Uri address)
    {
        _process = process;
        Address = address;
        // A full pipe would stop the studio.
        _output = process.StandardOutput.ReadToEndAsync();
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>The address with the token.</summary>
    public Uri Address { get; }

    public string Token => Address.Query[(Address.Query.IndexOf('=', StringComparison.Ordinal) + 1)..];

    public int ProcessId => _process.Id;

    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts a studio and waits until it listens.</summary>
    public static async Task<StudioProcess> StartAsync(params string[] arguments)
    {
        var process = StartProgram("TransferLearning.Studio", ["--no-browser", .. arguments]);
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                if (line.StartsWith(Start, StringComparison.Ordinal))
                    return new StudioProcess(process, new Uri(line[Start.Length..]));
            }

            throw new InvalidOperationException($"The studio ended: {await process.StandardError.ReadToEndAsync(patience.Token)}");
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>Starts a program of the repository, as it was built with the tests.</summary>
    public static Process StartProgram(string name, string[] arguments)
    {
        var framework = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        string program = Path.Combine(
            TestImages.RepositoryRoot, "src", name, "bin", framework.Parent!.Name, framework.Name, $"{name}.dll");
        var start = new ProcessStartInfo("dotnet", ["exec", program, .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["TRANSFERLEARNING_OFFLINE"] = "1";
        return Process.Start(start)!;
    }

    /// <summary>Ends the process as <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        await _output;
        await _errors;
        _process.Dispose();
    }
}
