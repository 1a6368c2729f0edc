namespace TransferLearning;

public sealed partial class ImageClassifier
{
    /// <summary>
    /// Says how many of the images of an evaluation were used in the training: its figures for these are too optimistic. Images are known
    /// by the content of their files, whatever their names; one in ten thousand new images may be counted wrongly.
    /// </summary>
    /// <param name="evaluation">The evaluation.</param>
    /// <returns>The numbers; null if the file of the classifier does not say what it was trained on.</returns>
    public TrainingOverlap? FindOverlap(EvaluationResult evaluation)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        if (ContentFilter.Parse(Training?.TrainingContent) is not { } trained)
            return null;
        var tuned = ContentFilter.Parse(Training?.ValidationContent);
        int inTraining = 0, inValidation = 0, unseen = 0, right = 0;
        foreach (var image in evaluation.Images)
        {
            if (trained.Contains(image.Hash))
                inTraining++;
            else if (tuned?.Contains(image.Hash) == true)
                inValidation++;
            else
                (unseen, right) = (unseen + 1, right + (image.IsRight ? 1 : 0));
        }

        return new TrainingOverlap
        {
            Trained = inTraining,
            Tuned = inValidation,
            Unseen = unseen,
            UnseenAccuracy = unseen == 0 ? null : (double)right / unseen,
        };
    }
}
