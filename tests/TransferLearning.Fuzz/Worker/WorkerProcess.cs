using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace TransferLearning.Fuzz;

/// <summary>
/// A monitored child process that runs one target: if an input ends it, blocks it or fills the memory, that is the outcome, and the next
/// input gets a new process.
/// </summary>
internal sealed class WorkerProcess(string target, WorkerLimits limits) : IDisposable
{
    private const int SignalBase = 128;
    private const int WatchMilliseconds = 50;

    /// <summary>Past this the process is ended before it hurts the machine; the child itself sees smaller rises.</summary>
    private const long MemoryOverLimit = 2;

    /// <summary>The files of the children: they are often ended, and so cannot be asked to remove them.</summary>
    private readonly ScratchFolder _scratch = new();
    private readonly ErrorText _errors = new();
    private Process? _process;
    private BinaryReader? _answers;
    private OutcomeKind _ended;

    /// <summary>Runs the target on an input.</summary>
    public Outcome Run(byte[] input)
    {
        _process ??= Start();
        _ended = OutcomeKind.Crash;
        using var watch = new Timer(_ => EndIfOver(Stopwatch.GetTimestamp()), null, WatchMilliseconds, WatchMilliseconds);
        Started = Stopwatch.GetTimestamp();
        try
        {
            using (var writer = new BinaryWriter(_process.StandardInput.BaseStream, System.Text.Encoding.UTF8, leaveOpen: true))
            {
                writer.Write(input.Length);
                writer.Write(input);
            }

            var outcome = WorkerLoop.Read(_answers!);
            if (outcome.Kind == OutcomeKind.Memory)
                End();
            return outcome;
        }
        catch (Exception error) when (error is IOException or EndOfStreamException)
        {
            return Ended();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        End();
        _scratch.Dispose();
    }

    private long Started { get; set; }

    private Process Start()
    {
        string[] arguments =
            ["exec", typeof(WorkerProcess).Assembly.Location, "worker", target, limits.MemoryBytes.ToString(CultureInfo.InvariantCulture)];
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        start.Environment[ScratchFolder.ParentVariable] = _scratch.Path;
        _process = Process.Start(start)!;
        _errors.Follow(_process);
        _answers = new BinaryReader(_process.StandardOutput.BaseStream);
        try
        {
            WorkerLoop.Read(_answers);
        }
        catch (EndOfStreamException)
        {
            throw new InvalidOperationException($"The target '{target}' does not get past its own seeds: {Ended().Detail}");
        }

        return _process;
    }

    private void EndIfOver(long now)
    {
        if (_process is not { } process)
            return;
        try
        {
            process.Refresh();
            if (Stopwatch.GetElapsedTime(Started, now) > limits.Time)
                _ended = OutcomeKind.Hang;
            else if (process.WorkingSet64 > MemoryOverLimit * limits.MemoryBytes)
                _ended = OutcomeKind.Memory;
            else
                return;
            process.Kill();
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception)
        {
            // It has ended in the meantime.
        }
    }

    private Outcome Ended()
    {
        _process!.WaitForExit();
        int code = _process.ExitCode;
        string said = _errors.Take();
        string how = code > SignalBase ? $"signal {code - SignalBase}" : $"exit code {code}";
        End();
        return _ended switch
        {
            OutcomeKind.Hang => new Outcome(OutcomeKind.Hang, "", $"It took longer than {limits.Time.TotalSeconds} s."),
            OutcomeKind.Memory => new Outcome(
                OutcomeKind.Memory, "while running", $"The process took more than {MemoryOverLimit * limits.MemoryBytes >> 20} MB."),
            _ => new Outcome(OutcomeKind.Crash, $"{how} {Execution.Frames(said)}", $"{how}\n{said}"),
        };
    }

    private void End()
    {
        if (_process is not { } process)
            return;
        _process = null;
        process.Kill();
        process.WaitForExit();
        _answers!.Dispose();
        process.Dispose();
    }
}
