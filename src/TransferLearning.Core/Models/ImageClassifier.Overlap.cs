namespace TransferLearning;

public sealed partial class ImageClassifier
{
    /// <summary>
    /// Says how many of the images of an evaluation were used in the training: its figures for these are too optimistic. Images are known
    /// by the content of their files, whatever their names; one in ten thousand new images may be counted wrongly.
    /// </summary>
    /// <param name="evaluation">The evaluation, whose files are read again.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The numbers; null if the file of the classifier does not say what it was trained on.</returns>
    public async Task<TrainingOverlap?> FindOverlapAsync(EvaluationResult evaluation, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        if (ContentFilter.Parse(Training?.TrainingContent) is not { } trained)
            return null;
        var tuned = ContentFilter.Parse(Training?.ValidationContent);
        return await Task.Run(() => Count(evaluation, trained, tuned, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private static TrainingOverlap Count(
        EvaluationResult evaluation, ContentFilter trained, ContentFilter? tuned, CancellationToken cancellationToken)
    {
        int inTraining = 0, inValidation = 0, unseen = 0, right = 0;
        foreach (var image in evaluation.Images)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var hash = HashOf(image);
            if (hash is { } known && trained.Contains(known))
                inTraining++;
            else if (hash is { } other && tuned?.Contains(other) == true)
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

    /// <summary>The hash of an image; null if its file is gone.</summary>
    private static ImageHash? HashOf(EvaluatedImage image)
    {
        try
        {
            using var content = ImageContent.Read(image.Content, image.Path, ImageDecodeOptions.Default);
            return content.Hash();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ImageDecodeException)
        {
            return null;
        }
    }
}
