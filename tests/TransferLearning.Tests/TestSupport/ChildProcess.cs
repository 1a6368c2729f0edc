using System.Diagnostics;
using System.Threading.Channels;

namespace TransferLearning.Tests.TestSupport;

/// <summary>One run of a test host beside the tests, for tests that kill a process or race several.</summary>
internal sealed class ChildProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly Task<string> _errors;

    private ChildProcess(ProcessStartInfo start)
    {
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { } text)
                _lines.Writer.TryWrite(text);
            else
                _lines.Writer.TryComplete();
        };
        _process.BeginOutputReadLine();
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Starts <c>dotnet TransferLearning.TestHost.dll</c> with a command and its arguments.</summary>
    /// <param name="environment">Variables to set; null values are removed.</param>
    /// <param name="arguments">The command and its arguments.</param>
    public static ChildProcess Start(IReadOnlyDictionary<string, string?> environment, params string[] arguments) =>
        StartHost("TransferLearning.TestHost.dll", environment, arguments);

    /// <summary>Starts a command in the environment of the tests.</summary>
    public static ChildProcess Start(params string[] arguments) => Start(new Dictionary<string, string?>(), arguments);

    /// <summary>Starts <c>dotnet ASSEMBLY</c>, a program in the folder of the tests.</summary>
    /// <param name="assembly">The file name of the program.</param>
    /// <param name="environment">Variables to set; null values are removed.</param>
    /// <param name="arguments">The arguments of the program.</param>
    public static ChildProcess StartHost(string assembly, IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, assembly));
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new ChildProcess(start);
    }

    /// <summary>Waits until the process writes a line that starts with the given text, and returns the line.</summary>
    public async Task<string> WaitForLineAsync(string start)
    {
        using var patience = new CancellationTokenSource(Patience);
        await foreach (string line in _lines.Reader.ReadAllAsync(patience.Token))
        {
            if (line.StartsWith(start, StringComparison.Ordinal))
                return line;
        }

        throw new InvalidOperationException($"The process ended without the line '{start}…': {await _errors}");
    }

    /// <summary>Waits for the end and returns the exit code and what was written to standard error.</summary>
    public async Task<(int ExitCode, string Errors)> EndAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        return (_process.ExitCode, await _errors);
    }

    /// <summary>Ends the process at once, as <c>kill -9</c> does, and waits until it is gone.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
    }
}
