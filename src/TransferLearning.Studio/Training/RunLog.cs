namespace TransferLearning.Studio;

/// <summary>
/// What a run has said, one JSON object a line, in a file that several processes have written one after the other: a run that was
/// interrupted goes on in it.
/// </summary>
public sealed class RunLog : IDisposable
{
    private readonly StreamWriter _writer;

    /// <param name="path">The file; its folder must exist.</param>
    public RunLog(string path)
    {
        IsContinued = File.Exists(path);
        bool isTorn = IsTorn(path);
        _writer = new StreamWriter(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
        // A process that was killed may have left half a line.
        if (isTorn)
            _writer.WriteLine();
    }

    /// <summary>Whether the run had said something before.</summary>
    public bool IsContinued { get; }

    public void Write(TrainingEvent said) => _writer.WriteLine(said.ToJson());

    /// <summary>Writes a sentence, and returns it as an event.</summary>
    public TrainingEvent Note(string sentence)
    {
        var said = new TrainingEvent { At = DateTimeOffset.UtcNow, Note = sentence };
        Write(said);
        return said;
    }

    /// <summary>What was said until now; lines that cannot be read are passed over.</summary>
    public static IReadOnlyList<TrainingEvent> Read(string path)
    {
        if (!File.Exists(path))
            return [];
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var events = new List<TrainingEvent>();
        while (reader.ReadLine() is { } line)
        {
            if (TrainingEvent.TryRead(line) is { } said)
                events.Add(said);
        }

        return events;
    }

    public void Dispose() => _writer.Dispose();

    private static bool IsTorn(string path)
    {
        if (!File.Exists(path))
            return false;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        if (file.Length == 0)
            return false;
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() != '\n';
    }
}
