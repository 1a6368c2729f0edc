namespace TransferLearning;

/// <summary>Turns the counts of a part of the work into the progress of the whole.</summary>
internal static class ProgressTranslation
{
    /// <summary>A progress of one part that reports to that of the whole; null where nobody receives it.</summary>
    public static IProgress<T>? Select<T>(this IProgress<TransferProgress>? progress, Func<T, TransferProgress> translate) =>
        progress is null ? null : new Translated<T>(progress, translate);

    /// <summary>Counts the images, bytes or steps of one stage.</summary>
    public static IProgress<int>? Count(this IProgress<TransferProgress>? progress, TransferStage stage, long total) =>
        progress.Select<int>(done => new TransferProgress(stage, done, total));

    private sealed class Translated<T>(IProgress<TransferProgress> progress, Func<T, TransferProgress> translate) : IProgress<T>
    {
        public void Report(T value) => progress.Report(translate(value));
    }
}
