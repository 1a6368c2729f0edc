namespace TransferLearning;

/// <summary>
/// Training from scratch: a network of the backbone's architecture starts from random weights and learns from your images alone. For
/// comparison: with few images it stays far behind a pretrained network, and takes many times as long.
/// </summary>
internal sealed class FromScratch : ClassifierTraining
{
    private readonly ScratchOptions _options;

    internal FromScratch(TransferLearner learner, ScratchOptions options)
        : base(learner)
    {
        OptionErrors.ThrowIfAny(options);
        _options = options;
    }

    private protected override async Task<ImageClassifier> TrainAsync(
        ImageDataset dataset, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        var options = _options with { Execution = Learner.Execution };
        var training = new GradientTraining(TransferScenario.FromScratch, options, FreezePoint.None, options.Undecodable, options.Views);
        return await training.FitAsync(
            Learner,
            dataset,
            (plan, train, validation) => FineTuner.FitFromScratch(
                plan.Backbone, train, validation, dataset.Classes.Count, options, progress, cancellationToken),
            _ => "linear softmax; everything trained from random weights",
            progress,
            cancellationToken).ConfigureAwait(false);
    }
}
