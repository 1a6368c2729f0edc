using System.Runtime.InteropServices;

namespace TransferLearning.Cli;

/// <summary>
/// Ctrl+C and SIGTERM ask the command to stop and to clean up; a second one, or a stop that takes too long, ends the process at once.
/// The command line parser would listen only after the command has come to its first wait, and miss what comes before.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _source = new();
    private readonly Timer _forced = new(_ => Environment.Exit(ExitCode.Cancelled));
    private readonly PosixSignalRegistration[] _signals;

    public Interruption() => _signals =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
    ];

    /// <summary>Is cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (var signal in _signals)
            signal.Dispose();
        _forced.Dispose();
        _source.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        if (_source.IsCancellationRequested)
            return;
        context.Cancel = true;
        _forced.Change(Patience, Timeout.InfiniteTimeSpan);
        _source.Cancel();
    }
}
