namespace TransferLearning;

/// <summary>
/// Recommends a scenario of transfer learning for a data set and a backbone from measurements: whether the data set is small or large, and
/// similar to the images of the backbone or different from them.
/// </summary>
/// <remarks>
/// <para>
/// The training images (a stratified part of them where they are many) go through the backbone once. At several depths a linear head is
/// cross-validated on the features there. The first layers of a network are general, the last ones specialised in what it was trained for
/// (J. Yosinski et al., How transferable are features in deep neural networks?, 2014; the use of linear heads at every depth: G. Alain,
/// Y. Bengio, Understanding intermediate layers using linear classifier probes, 2016). Where the specialised layers still help to tell the
/// classes apart, the images are similar; where they do not, they are different and worth retraining.
/// </para>
/// <para>
/// With similar images: feature extraction where they are few, fine-tuning with 60 to 80% frozen where they are many. With different
/// ones: fine-tuning with a third to a half frozen where they are few, with nothing frozen where they are many. Where the frozen features
/// already get all but <see cref="NothingToGain"/> right, feature extraction. Where too few images leave it open whether they are similar,
/// they count as similar, as feature extraction is the quicker and the safer way. docs/adr/0006-transfer-advisor.md has the rule's
/// reasons.
/// </para>
/// <para>Safe for use from many threads. Validation and test images are not used. The same seed gives the same advice.</para>
/// </remarks>
public static class TransferAdvisor
{
    /// <summary>The layers after this share of the backbone count as specialised.</summary>
    public const double SpecializedFrom = 2.0 / 3;

    /// <summary>
    /// From this similarity on images count as similar: the specialised third of the layers removes at least a third of the loss that
    /// the layers before it leave.
    /// </summary>
    public const double SimilarFrom = 1.0 / 3;

    /// <summary>Where the share of errors is no more than this, retraining has nothing to gain that would be noticed.</summary>
    public const double NothingToGain = 0.01;

    /// <summary>Measures a data set and advises a scenario.</summary>
    /// <param name="dataset">The images; only those for training are used.</param>
    /// <param name="backbone">The pretrained network.</param>
    /// <param name="options">How the data set is measured; null for the defaults.</param>
    /// <param name="progress">Receives progress updates.</param>
    /// <param name="cancellationToken">Stops the measurement within a batch.</param>
    /// <exception cref="ArgumentException">The options are not valid; the message lists every violation.</exception>
    /// <exception cref="DatasetException">The data set cannot be measured; the message says why.</exception>
    /// <exception cref="ImageDecodeException">An image cannot be decoded, and the options say to stop.</exception>
    /// <exception cref="OnnxGraphException">The backbone has no classifier head to replace.</exception>
    /// <remarks>For other threads, caches or execution providers use <see cref="TransferLearner.Auto"/>.</remarks>
    public static Task<TransferAdvice> AdviseAsync(
        ImageDataset dataset,
        Backbone backbone,
        TransferAdvisorOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        TransferLearner.From(backbone).Auto(options).AdviseAsync(dataset, progress, cancellationToken);

    /// <summary>
    /// Compares backbones on a sample of the training images: the cross-validated accuracy of a linear head on the frozen features, against
    /// the time for an image.
    /// </summary>
    /// <param name="dataset">The images; only those for training are used, at most
    /// <see cref="TransferAdvisorOptions.MaximumRankingImages"/>.</param>
    /// <param name="backbones">The backbones; null for <see cref="Backbones.AtHand"/>, so that nothing is downloaded.</param>
    /// <param name="options">How the data set is measured; null for the defaults.</param>
    /// <param name="progress">Receives progress updates.</param>
    /// <param name="cancellationToken">Stops the measurement within a batch.</param>
    /// <exception cref="ArgumentException">
    /// There is no backbone, none can be loaded, or the options are not valid; the message lists every violation.
    /// </exception>
    /// <exception cref="DatasetException">The data set cannot be measured; the message says why.</exception>
    /// <exception cref="ImageDecodeException">An image cannot be decoded, and the options say to stop.</exception>
    /// <remarks>
    /// A backbone that cannot be loaded is left out and named in <see cref="BackboneRanking.Skipped"/>. The same seed gives the same
    /// accuracies; times vary.
    /// </remarks>
    public static Task<BackboneRanking> RankAsync(
        ImageDataset dataset,
        IReadOnlyList<Backbone>? backbones = null,
        TransferAdvisorOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        options ??= TransferAdvisorOptions.Default;
        OptionErrors.ThrowIfAny(options);
        if (backbones is { Count: 0 })
            throw new ArgumentException("There are no backbones to rank; give one or more, or null for those at hand.", nameof(backbones));
        return new BackboneComparison(dataset, options, progress, cancellationToken).RunAsync(backbones ?? Backbones.AtHand());
    }

    /// <summary>
    /// Compares, on a sample of the training images, how well the classes can be told apart when images that are not square are cropped,
    /// squashed or padded (<see cref="ImagePreprocessing.Resize"/>).
    /// </summary>
    /// <param name="dataset">The images.</param>
    /// <param name="backbone">The backbone.</param>
    /// <param name="options">How the data set is measured; null for the defaults.</param>
    /// <param name="progress">Receives progress updates.</param>
    /// <param name="cancellationToken">Stops the measurement within a batch.</param>
    /// <returns>
    /// The backbone with each of the three, whose names are equal; null where too few images are longer than wide, or the reverse, for a
    /// difference.
    /// </returns>
    /// <exception cref="ArgumentException">The options are not valid; the message lists every violation.</exception>
    /// <exception cref="DatasetException">The data set cannot be measured; the message says why.</exception>
    /// <exception cref="ImageDecodeException">An image cannot be decoded, and the options say to stop.</exception>
    public static async Task<BackboneRanking?> RankResizesAsync(
        ImageDataset dataset,
        Backbone backbone,
        TransferAdvisorOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(backbone);
        options ??= TransferAdvisorOptions.Default;
        if (!await Task.Run(() => ImageShapes.AreOblong(dataset.Train, options.Seed, cancellationToken), cancellationToken)
            .ConfigureAwait(false))
            return null;
        Backbone[] resized =
        [
            .. Enum.GetValues<ImageResizeMode>()
                .Select(mode => backbone with { Preprocessing = backbone.Preprocessing.WithResize(mode) }),
        ];
        return await RankAsync(dataset, resized, options, progress, cancellationToken).ConfigureAwait(false);
    }
}
