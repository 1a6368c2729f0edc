using System.Diagnostics;

namespace TransferLearning.Benchmarks.Measuring;

/// <summary>
/// Contestants that take turns in every round, so that a machine whose speed drifts harms all alike; every other round goes backwards. The
/// first round warms up and does not count.
/// </summary>
internal static class Turns
{
    /// <summary>Measures.</summary>
    /// <param name="rounds">The rounds that count.</param>
    /// <param name="contestants">Each does its work of one round.</param>
    /// <returns>For each contestant the times of its rounds.</returns>
    public static async Task<Times[]> MeasureAsync(int rounds, params Func<Task>[] contestants)
    {
        var measured = contestants.Select(_ => new List<Time>()).ToArray();
        for (int round = -1; round < rounds; round++)
        {
            for (int turn = 0; turn < contestants.Length; turn++)
            {
                int contestant = round % 2 == 0 ? turn : contestants.Length - 1 - turn;
                var processor = Environment.CpuUsage.TotalTime;
                var clock = Stopwatch.StartNew();
                await contestants[contestant]();
                var time = new Time(clock.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - processor).TotalSeconds);
                if (round >= 0)
                    measured[contestant].Add(time);
            }
        }

        return [.. measured.Select(times => new Times(times))];
    }

    /// <inheritdoc cref="MeasureAsync(int, Func{Task}[])"/>
    public static Task<Times[]> MeasureAsync(int rounds, params Action[] contestants) => MeasureAsync(
        rounds,
        [.. contestants.Select(work => (Func<Task>)(() =>
        {
            work();
            return Task.CompletedTask;
        }))]);
}
