using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>Translates the progress of the parts of a training into the progress of the whole.</summary>
internal static class FitStages
{
    /// <summary>Loads the backbone with a free batch dimension.</summary>
    public static Task<OnnxModel> LoadAsync(TransferLearner learner, IProgress<FitProgress>? progress, CancellationToken cancellationToken)
    {
        var download = progress.Select<DownloadProgress>(value => new FitProgress(FitStage.LoadBackbone, value.BytesReceived, value.TotalBytes));
        return learner.Backbone.LoadAsync(learner.Weights, download, cancellationToken);
    }

    /// <summary>Counts the search for the strength of a linear head, which reports the share that is done.</summary>
    public static IProgress<double>? HeadSearch(IProgress<FitProgress>? progress)
    {
        const int parts = 1000;
        return progress.Select<double>(done => new FitProgress(FitStage.FitHead, (long)(done * parts), parts));
    }

    /// <summary>Counts the steps of a training by gradient descent over all its epochs.</summary>
    public static IProgress<TrainingProgress>? Steps(IProgress<FitProgress>? progress) => progress.Select<TrainingProgress>(value => new FitProgress(
        FitStage.FineTune, ((value.Epoch - 1L) * value.Steps) + value.Step, (long)value.Epochs * value.Steps, value.Completed));

    /// <summary>A progress of one part that reports to that of the whole; null where nobody listens.</summary>
    public static IProgress<T>? Select<T>(this IProgress<FitProgress>? progress, Func<T, FitProgress> translate) =>
        progress is null ? null : new Translated<T>(progress, translate);

    private sealed class Translated<T>(IProgress<FitProgress> progress, Func<T, FitProgress> translate) : IProgress<T>
    {
        public void Report(T value) => progress.Report(translate(value));
    }
}
