namespace TransferLearning.Studio;

/// <summary>
/// Held by the process that trains a run. The system gives it back when that process dies, so that a run is never written by two processes,
/// and one whose process was killed is recognised.
/// </summary>
public static class RunLock
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Takes the lock of a run, and waits while another process has it.</summary>
    /// <param name="files">The run; its folder is created where it is absent.</param>
    /// <param name="patience">The longest wait.</param>
    /// <exception cref="IOException">Another process trains the run.</exception>
    public static async Task<IDisposable> TakeAsync(RunFiles files, TimeSpan patience)
    {
        Directory.CreateDirectory(files.Folder);
        for (var until = DateTime.UtcNow + patience; ; await Task.Delay(Pause).ConfigureAwait(false))
        {
            try
            {
                return new FileStream(files.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
            }
            catch (IOException) when (DateTime.UtcNow < until)
            {
            }
            catch (IOException error)
            {
                throw new IOException("Another process still trains this run; wait for its end, or end it.", error);
            }
        }
    }

    /// <summary>Whether a process trains the run.</summary>
    public static bool IsHeld(RunFiles files)
    {
        if (!File.Exists(files.Lock))
            return false;
        try
        {
            using var probe = new FileStream(files.Lock, FileMode.Open, FileAccess.Read, FileShare.None, 1);
            return false;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    /// <summary>
    /// All runs, newest first, after it was noted which ones of the command line were killed: those that are said to train, while no
    /// process does.
    /// </summary>
    public static IReadOnlyList<TrainingRun> ReadRuns(ProjectFolder folder, RunTable runs)
    {
        var known = runs.All();
        var killed = known.Where(run => run is { State: RunState.Running, Source: TrainingRun.OfCommand })
            .Where(run => !IsHeld(new RunFiles(folder, run.Id))).ToList();
        foreach (var run in killed)
            runs.Update(run.Id, now => now.State == RunState.Running ? now.AsInterrupted() : now);
        return killed.Count == 0 ? known : runs.All();
    }
}
