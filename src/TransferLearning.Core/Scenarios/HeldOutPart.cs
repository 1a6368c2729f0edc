namespace TransferLearning;

/// <summary>
/// Training images without validation images: a part is held out, by which the best epoch is chosen, and given back in one last epoch.
/// </summary>
/// <param name="Train">The images that train.</param>
/// <param name="Held">The images that are held out.</param>
internal sealed record HeldOutPart(TrainingExamples Train, TrainingExamples Held)
{
    /// <summary>The share of the rate that is left for the last epoch, as at the end of a falling schedule.</summary>
    private const double LastRate = 0.1;

    private const int LastEpochs = 1;

    /// <summary>Where the last epoch has its checkpoint, below that of the others.</summary>
    private const string LastFolder = "last";

    /// <summary>Splits images by class, groups as a whole; null where nothing is to be or can be held out.</summary>
    public static HeldOutPart? Split(TrainingExamples all, int classes, FineTuningOptions options)
    {
        if (options.HoldOut == 0)
            return null;
        bool[] isHeld = Choose(all, classes, options);
        return isHeld.Contains(true)
            ? new HeldOutPart(
                all.Select([.. Enumerable.Range(0, all.Count).Where(image => !isHeld[image])]),
                all.Select([.. Enumerable.Range(0, all.Count).Where(image => isHeld[image])]))
            : null;
    }

    private static bool[] Choose(TrainingExamples all, int classes, FineTuningOptions options)
    {
        if (all.Groups is { } groups)
        {
            var parts = new StratifiedSplit(options.HoldOut, TestFraction: 0, options.Seed).Assign(all.Labels, groups);
            return Array.ConvertAll(parts, part => part == DatasetPart.Validation);
        }

        int folds = (int)Math.Round(1 / options.HoldOut);
        return Array.ConvertAll(StratifiedFolds.Assign([.. all.Labels], classes, folds, options.Seed), fold => fold == 0);
    }

    /// <summary>Trains on a part, chooses the best epoch by the other, and gives that back.</summary>
    public TrainingResult Fit(
        FineTuningPlan plan,
        TrainingExamples all,
        int classCount,
        FineTuningOptions options,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        var head = FineTuner.WithHead(plan, Train, null, classCount, options, progress, cancellationToken);
        var chosen = Trainer.Fit(plan.Trainable(head, options), Train, Held, options, progress, cancellationToken)
            with { HeldOut = Held.Count };
        if (cancellationToken.IsCancellationRequested)
            return chosen;
        if (chosen.BestEpoch == 0)
            return chosen with { Model = FineTuner.WithHead(plan, all, null, classCount, options, progress, cancellationToken) };

        string? lastFolder = options.CheckpointFolder is { } folder ? Path.Combine(folder, LastFolder) : null;
        if (chosen.HasChanged && Directory.Exists(lastFolder))
            Directory.Delete(lastFolder, recursive: true);
        var last = (FineTuningOptions)chosen.Used with
        {
            Epochs = LastEpochs,
            LearningRate = LastRate * chosen.Used.LearningRate,
            Schedule = LearningRateSchedule.Cosine(),
            EarlyStopping = null,
            ReduceOnPlateau = null,
            CheckpointFolder = lastFolder,
            ResumeChanges = ResumeChanges.None,
        };
        TrainingResult given;
        try
        {
            given = Trainer.Fit(plan.Trainable(chosen.Model, last), all, null, last, progress, cancellationToken);
        }
        catch (TrainingDivergedException)
        {
            return chosen;
        }

        int done = chosen.History.Count;
        return chosen with
        {
            Model = given.Model,
            History = new TrainingHistory([.. chosen.History, .. given.History.Select(log => log with { Epoch = done + log.Epoch })]),
        };
    }
}
