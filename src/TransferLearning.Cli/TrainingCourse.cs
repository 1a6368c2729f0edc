namespace TransferLearning.Cli;

/// <summary>The scores of a fine-tuning at its start, in its best epoch and in its last one.</summary>
internal sealed record TrainingCourse(JsonOutput.TrainScore Start, JsonOutput.TrainScore Best, JsonOutput.TrainScore Last)
{
    /// <summary>The course of a training; null for one that did not start from a fitted head, or had nothing to measure it on.</summary>
    public static TrainingCourse? Of(TrainingSummary training)
    {
        if (training is not { Start: { } start, BestEpoch: { } best })
            return null;
        JsonOutput.TrainScore[] scores =
        [
            new(start.Epoch, start.Loss, start.Accuracy),
            .. (training.History ?? [])
                .Where(epoch => epoch is { ValidationLoss: not null, ValidationAccuracy: not null })
                .Select(epoch => new JsonOutput.TrainScore(
                    epoch.Epoch, epoch.CalibratedValidationLoss ?? epoch.ValidationLoss!.Value, epoch.ValidationAccuracy!.Value)),
        ];
        return new TrainingCourse(scores[0], scores.First(score => score.Epoch == best), scores[^1]);
    }

    /// <summary>The course in a sentence.</summary>
    public string Describe(int heldOut)
    {
        string images = heldOut > 0 ? FormattableString.Invariant($" on {heldOut} held-out training images") : string.Empty;
        string kept = Best.Epoch == 0
            ? "the start is the model"
            : FormattableString.Invariant($"{Words.Share(Best.ValidationAccuracy)} in epoch {Best.Epoch}, which is the model");
        return FormattableString.Invariant(
            $"Validation accuracy{images}: {Words.Share(Start.ValidationAccuracy)} at the start, {kept}, ") +
            FormattableString.Invariant($"{Words.Share(Last.ValidationAccuracy)} in the last epoch ({Last.Epoch})");
    }
}
