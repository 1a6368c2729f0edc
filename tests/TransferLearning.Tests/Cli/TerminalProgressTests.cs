using TransferLearning.Cli;

namespace TransferLearning.Tests.Cli;

/// <summary>Progress on a terminal: what a person sees.</summary>
public sealed class TerminalProgressTests
{
    private static readonly EpochLog Epoch = new()
    {
        Epoch = 1, Loss = 0.4321, Accuracy = 0.9, ValidationLoss = 0.5, ValidationAccuracy = 0.8, LearningRate = 0.001, Seconds = 12.3,
    };

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    [InlineData(20)]
    public void Nothing_of_the_bar_remains_in_the_lines_of_epochs(int columns)
    {
        var clock = new TestClock();
        using var screen = new Screen(columns);
        var progress = new TerminalProgress(stage => $"Stage {stage}", screen, () => columns, clock);
        var expected = new List<string>();
        progress.Report(new TransferProgress(TransferStage.Train, 0, 60));
        for (int step = 1; step <= 60; step++)
        {
            clock.Now = TimeSpan.FromSeconds(step);
            bool ends = step % 20 == 0;
            var epoch = Epoch with { Epoch = step / 20 };
            progress.Report(new TransferProgress(TransferStage.Train, step, 60) { Epoch = ends ? epoch : null });
            if (ends)
                expected.Add(EpochLine.Of(epoch));
            string drawn = screen.Rows[^1];
            Assert.True(drawn.Length < columns);
            Assert.StartsWith("Stage Train"[..Math.Min(11, columns)], drawn, StringComparison.Ordinal);
            if (columns >= 80)
                Assert.EndsWith(step == 60 ? "60 of 60" : $"{step} of 60, about {60 - step} s left", drawn, StringComparison.Ordinal);
        }

        // A note, another stage whose line is shorter, and the end.
        progress.Report(new TransferProgress(TransferStage.Evaluate, 5, 0) { Note = "A note." });
        Assert.Equal("Stage Evaluate 5", screen.Rows[^1]);
        progress.End();
        expected.Add("A note.");
        Assert.Equal(expected.SelectMany(line => line.Chunk(columns)).Select(row => new string(row)), screen.Rows[..^1]);
        Assert.Equal("", screen.Rows[^1]);
    }

    [Fact]
    public void Many_updates_are_drawn_ten_times_a_second()
    {
        var clock = new TestClock();
        using var screen = new Screen(80);
        var progress = new TerminalProgress(_ => "x", screen, () => 80, clock);
        for (int i = 1; i <= 1000; i++)
        {
            clock.Now = TimeSpan.FromMilliseconds(i);
            progress.Report(new TransferProgress(TransferStage.Featurize, i, 1000));
        }

        Assert.InRange(screen.Drawn, 9, 11);
        Assert.Contains("━", screen.Rows[^1], StringComparison.Ordinal);
    }

    /// <summary>A terminal that knows the carriage return, the new line and erasing to the end of the line, and wraps long lines.</summary>
    private sealed class Screen(int columns) : StringWriter
    {
        private const string Erase = "\u001b[K";

        private int _column;

        public List<string> Rows { get; } = [""];

        public int Drawn { get; private set; }

        public override void Write(string? value)
        {
            for (int i = 0; i < value!.Length; i++)
            {
                if (string.CompareOrdinal(value, i, Erase, 0, Erase.Length) == 0)
                {
                    Rows[^1] = Rows[^1][.._column];
                    i += Erase.Length - 1;
                    Drawn++;
                }
                else if (value[i] == '\r')
                {
                    _column = 0;
                }
                else
                {
                    Put(value[i]);
                }
            }
        }

        public override void WriteLine(string? value)
        {
            Write(value);
            Rows.Add("");
            _column = 0;
        }

        private void Put(char sign)
        {
            if (_column == columns)
            {
                Rows.Add("");
                _column = 0;
            }

            Rows[^1] = Rows[^1][.._column] + sign + (Rows[^1].Length > _column + 1 ? Rows[^1][(_column + 1)..] : "");
            _column++;
        }
    }
}
