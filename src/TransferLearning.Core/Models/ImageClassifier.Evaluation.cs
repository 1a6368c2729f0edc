namespace TransferLearning;

public sealed partial class ImageClassifier
{
    /// <summary>Evaluates the classifier on labelled images.</summary>
    /// <param name="images">The images; their classes are matched with <see cref="Labels"/> by name.</param>
    /// <param name="undecodable">Whether the first undecodable image stops the work, or such images are skipped and listed.</param>
    /// <param name="progress">Receives the number of processed images.</param>
    /// <param name="cancellationToken">Cancels the work within a batch.</param>
    /// <exception cref="DatasetException">
    /// There are no images, or classes that the classifier does not have; the message lists both.
    /// </exception>
    /// <exception cref="ImageDecodeException">
    /// An image cannot be decoded, and <paramref name="undecodable"/> is <see cref="UndecodableImages.Throw"/>.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The classifier has been disposed.</exception>
    public async Task<EvaluationResult> EvaluateAsync(
        LabeledImageSet images,
        UndecodableImages undecodable = UndecodableImages.Throw,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        int[] toLabel = MatchClasses(images);
        ImageSource[] sources = [.. images.Select(ImageSource.Of)];
        var counted = progress.Count(TransferStage.Evaluate, images.Count);
        var hashes = new ImageHash[images.Count];
        var predictions = await PredictAsync(sources, undecodable, counted, cancellationToken, hashes).ConfigureAwait(false);
        return EvaluationResult.Create(images, predictions, hashes, toLabel, Labels);
    }

    /// <summary>The label index of each class of the images.</summary>
    private int[] MatchClasses(LabeledImageSet images)
    {
        if (images.Count == 0)
            throw new DatasetException($"There are no images in '{images.Name}' to evaluate on.");
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < Labels.Count; i++)
            index.TryAdd(Labels[i], i);
        string[] unknown = [.. images.Classes.Where(name => !index.ContainsKey(name))];
        if (unknown.Length > 0)
        {
            // Where no class is known, the first list has all classes of the dataset already.
            string all = unknown.Length == images.Classes.Count ? "" : $" The dataset has the classes {List(images.Classes)}.";
            throw new DatasetException(
                $"The classifier does not have the classes {List(unknown)}.{all} Its own are {List(Labels)}. " +
                "Rename the class folders, or evaluate with the dataset that the classifier was trained on.");
        }

        return [.. images.Classes.Select(name => index[name])];
    }
}
