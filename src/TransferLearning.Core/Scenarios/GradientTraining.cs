using System.Diagnostics;

namespace TransferLearning;

/// <summary>
/// What the scenarios with gradient descent share: the frozen part processes every image once, the part behind it trains, and the result
/// is evaluated and becomes a classifier.
/// </summary>
/// <param name="Scenario">The scenario.</param>
/// <param name="Options">The options of the training, with the execution of the learner.</param>
/// <param name="Freeze">Up to where the backbone is frozen.</param>
/// <param name="Undecodable">How images that cannot be decoded are handled.</param>
/// <param name="Views">Random views of the training images; null for none.</param>
internal sealed record GradientTraining(
    TransferScenario Scenario, TrainingOptions Options, FreezePoint Freeze, UndecodableImages Undecodable, AugmentedViews? Views)
{
    /// <summary>Trains a classifier.</summary>
    /// <param name="learner">The backbone, and how it runs.</param>
    /// <param name="dataset">The images.</param>
    /// <param name="train">Trains on the activations at the cut.</param>
    /// <param name="head">Describes what was trained.</param>
    /// <param name="progress">Receives progress updates.</param>
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
        var (plan, data) = await PrepareAsync(learner, dataset, progress, cancellationToken).ConfigureAwait(false);

        // Training is pure computation: it runs on a thread of the pool, so that the caller's thread stays free.
        var trained = await Task.Run(
            () =>
            {
                var (trainExamples, validation) = data.AsExamples();
                var result = train(plan, trainExamples, validation);

                // A cancelled training that returns has kept its best epoch, which is measured as any other.
                return TrainedNetwork.MeasureFrom(
                    plan.Cut, result, head(plan), data, Options, Options.KeepBestWhenCancelled ? default : cancellationToken);
            },
            cancellationToken).ConfigureAwait(false);
        return trained.Finish(Scenario, Options.Seed, trained.Run!.Used.Settings(), learner, dataset, data, clock);
    }

    /// <summary>Checks the options against the data set, and runs the frozen part on every image.</summary>
    public async Task<(FineTuningPlan Plan, FrozenFeatures Data)> PrepareAsync(
        TransferLearner learner, ImageDataset dataset, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        Options.Validate(dataset.Classes.Count, dataset.Validation.Count > 0);
        var features = (await learner.LoadBackboneAsync(progress, cancellationToken).ConfigureAwait(false)).WithoutTop();
        var plan = new FineTuningPlan(features, Freeze);
        if (Options.CutMix > 0)
            plan.RequireMap();
        return (plan, await FrozenFeatures.ExtractAsync(
            plan.FrozenPart(), learner, dataset, Undecodable, Views, Options.Seed, progress, cancellationToken).ConfigureAwait(false));
    }
}
