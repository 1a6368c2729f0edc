namespace TransferLearning.Studio;

/// <summary>Says in words how far a piece of work is.</summary>
public static class ProgressText
{
    public static string Of(TransferProgress progress)
    {
        string what = NameOf(progress.Stage);
        return progress.Stage is TransferStage.FitHead or TransferStage.LoadBackbone or TransferStage.FetchDataset
            ? progress.Fraction is { } share ? FormattableString.Invariant($"{what} · {share:P0}") : what
            : progress.Total > 0
                ? FormattableString.Invariant($"{what} · {UnitOf(progress.Stage)}{progress.Completed:N0} of {progress.Total:N0}")
            : progress.Completed > 0 ? FormattableString.Invariant($"{what} · {progress.Completed:N0}")
            : what;
    }

    /// <summary>How long a stage will take, from its speed until now; null before that can be said.</summary>
    public static TimeSpan? Estimate(DateTimeOffset start, TransferProgress progress)
    {
        var passed = DateTimeOffset.UtcNow - start;
        return progress.Fraction is { } share and > 0.02 and < 1 && passed > TimeSpan.FromSeconds(2)
            ? passed * ((1 - share) / share)
            : null;
    }

    /// <summary>A remaining time in words; empty for none.</summary>
    public static string Left(TimeSpan? left) => left switch
    {
        null => "",
        { TotalSeconds: < 90 } time => FormattableString.Invariant($"about {Math.Max(1, Math.Round(time.TotalSeconds)):F0} s left"),
        { TotalMinutes: < 90 } time => FormattableString.Invariant($"about {time.TotalMinutes:F0} min left"),
        { } time => FormattableString.Invariant($"about {time.TotalHours:F1} h left"),
    };

    public static string NameOf(TransferStage stage) => stage switch
    {
        TransferStage.LoadBackbone => "Loading the network",
        TransferStage.ReadDataset => "Listing images",
        TransferStage.CheckDataset => "Reading images",
        TransferStage.Featurize => "Computing features of the images",
        TransferStage.FitHead => "Fitting the classifier",
        TransferStage.FindLearningRate => "Finding the learning rate",
        TransferStage.Train => "Training",
        TransferStage.Calibrate => "Measuring for quantization",
        TransferStage.Predict => "Predicting",
        TransferStage.Evaluate => "Evaluating",
        TransferStage.Draw => "Drawing",
        TransferStage.FetchDataset => "Downloading",
        TransferStage.UnpackDataset => "Unpacking",
        _ => "Working",
    };

    public static string NameOf(TransferScenario scenario) => scenario switch
    {
        TransferScenario.FeatureExtraction => "Features and a new head",
        TransferScenario.FineTuning => "Fine-tuning",
        TransferScenario.FromScratch => "From scratch",
        TransferScenario.Auto => "Measured and chosen",
        _ => "As it is",
    };

    private static string UnitOf(TransferStage stage) => stage == TransferStage.Train ? "step " : "";
}
