using System.Runtime.InteropServices;

namespace TransferLearning.Cli;

/// <summary>
/// Ctrl+C and SIGTERM cancel the command; a second one, or a cancellation that takes too long, ends the process at once. The command line
/// parser would handle signals only after the first await of the command.
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

    /// <summary>The token that the first signal cancels.</summary>
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
