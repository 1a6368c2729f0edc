using System.Diagnostics;

namespace TransferLearning;

/// <summary>
/// What the scenarios that follow gradients have in common: the frozen part sees every image once, the part behind it trains, and the
/// result is measured and becomes a classifier.
/// </summary>
/// <param name="Name">The name of the scenario.</param>
/// <param name="Options">The options of the training, with the execution of the learner.</param>
/// <param name="Freeze">Up to where the backbone stays as it is.</param>
/// <param name="Undecodable">What happens to images that cannot be decoded.</param>
/// <param name="Views">Random forms of the training images; null for none.</param>
internal sealed record GradientTraining(
    string Name, TrainingOptions Options, FreezePoint Freeze, UndecodableImages Undecodable, AugmentedViews? Views)
{
    /// <summary>Trains a classifier.</summary>
    /// <param name="learner">The backbone, and how it runs.</param>
    /// <param name="dataset">The images.</param>
    /// <param name="train">Trains on the activations at the cut.</param>
    /// <param name="head">Says what was trained, in words.</param>
    /// <param name="progress">Hears how far the work is.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<ImageClassifier> FitAsync(
        TransferLearner learner,
        ImageDataset dataset,
        Func<FineTuningPlan, TrainingExamples, TrainingExamples?, TrainingResult> train,
        Func<FineTuningPlan, string> head,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        Options.Validate(dataset.Classes.Count, dataset.Validation.Count > 0);
        var features = (await learner.LoadBackboneAsync(progress, cancellationToken).ConfigureAwait(false)).WithoutTop();
        var plan = new FineTuningPlan(features, Freeze);
        if (Options.CutMix > 0)
            plan.RequireMap();
        var data = await FrozenFeatures.ExtractAsync(
            plan.FrozenPart(), learner, dataset, Undecodable, Views, Options.Seed, progress, cancellationToken).ConfigureAwait(false);

        // Training is pure computation: it runs on a thread of the pool, so that the caller's thread stays free.
        var trained = await Task.Run(
            () =>
            {
                var (trainExamples, validation) = data.AsExamples();
                var result = train(plan, trainExamples, validation);
                return TrainedNetwork.MeasureFrom(plan.Cut, result, head(plan), data, Options, cancellationToken);
            },
            cancellationToken).ConfigureAwait(false);
        return trained.Finish(Name, Options.Seed, Options.Settings(), learner, dataset, data, clock);
    }
}
