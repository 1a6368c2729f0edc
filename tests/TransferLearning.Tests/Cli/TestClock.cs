namespace TransferLearning.Tests.Cli;

/// <summary>A clock that a test sets.</summary>
internal sealed class TestClock : TimeProvider
{
    public TimeSpan Now { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Now.Ticks;
}
