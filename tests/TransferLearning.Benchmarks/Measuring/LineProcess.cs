using System.ComponentModel;
using System.Diagnostics;

namespace TransferLearning.Benchmarks.Measuring;

/// <summary>A program that answers lines with lines, or just runs to its end.</summary>
internal sealed class LineProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;

    private LineProcess(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Starts a program.</summary>
    /// <exception cref="InvalidOperationException">It is not on this machine.</exception>
    public static LineProcess Start(string program, string? folder, params string[] arguments) =>
        Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder ?? "" });

    /// <summary>Starts .NET with an assembly.</summary>
    public static LineProcess StartDotnet(string assembly, params string[] arguments) =>
        Start("dotnet", null, ["exec", assembly, .. arguments]);

    /// <inheritdoc cref="Start(string, string?, string[])"/>
    public static LineProcess Start(ProcessStartInfo start)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        try
        {
            return new LineProcess(Process.Start(start)!);
        }
        catch (Win32Exception error)
        {
            throw new InvalidOperationException($"{start.FileName} cannot be started: {error.Message}", error);
        }
    }

    /// <summary>The next line of its output.</summary>
    /// <exception cref="InvalidOperationException">It has ended; the message has what it wrote to standard error.</exception>
    public async Task<string> ReadAsync() => await _process.StandardOutput.ReadLineAsync() ?? throw await FailureAsync();

    public async Task WriteAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Waits for its end and returns the rest of its output.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has what it wrote to standard error.</exception>
    public async Task<string> EndAsync()
    {
        _process.StandardInput.Close();
        string output = await _process.StandardOutput.ReadToEndAsync();
        await _process.WaitForExitAsync();
        return _process.ExitCode == 0 ? output : throw await FailureAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private async Task<InvalidOperationException> FailureAsync()
    {
        string[] lines = (await _errors).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return new InvalidOperationException(
            $"{_process.StartInfo.FileName} failed: {lines.LastOrDefault() ?? "it wrote nothing to standard error"}");
    }
}
