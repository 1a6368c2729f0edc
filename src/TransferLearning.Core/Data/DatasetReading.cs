namespace TransferLearning;

/// <summary>One reading of a dataset: collects what is left out, reports progress, and can be cancelled.</summary>
/// <param name="progress">Receives the number of files read so far; null for none.</param>
/// <param name="cancellationToken">Stops the reading.</param>
internal sealed class DatasetReading(IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
{
    private const int FilesPerReport = 100;

    private readonly Lock _order = new();
    private long _files;

    /// <summary>What is left out or looks wrong, in the order in which it was found.</summary>
    public List<DatasetProblem> Problems { get; } = [];

    /// <summary>Stops the reading.</summary>
    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>Adds a problem.</summary>
    public void Report(DatasetProblemKind kind, string path, string message) =>
        Problems.Add(new DatasetProblem { Kind = kind, Path = path, Message = message });

    /// <summary>Counts a file that was read, whether it turned out to be an image or not.</summary>
    public void CountFile()
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (++_files % FilesPerReport == 0)
            ReportFiles();
    }

    /// <summary>Reports the number of files so far.</summary>
    public void ReportFiles() => progress?.Report(new TransferProgress(TransferStage.ReadDataset, _files, total: 0));

    /// <summary>Processes images in parallel; each finished one is reported, one report at a time.</summary>
    public void ForEachImage(int count, int threads, Action<int> process)
    {
        int done = 0;
        var options = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = threads };
        Parallel.For(0, count, options, i =>
        {
            process(i);
            if (progress is null)
                return;
            lock (_order)
                progress.Report(new TransferProgress(TransferStage.CheckDataset, ++done, count));
        });
    }
}
