namespace TransferLearning;

public sealed partial class ImageClassifier
{
    /// <summary>How the classifier was quantized; null for one that computes in floats.</summary>
    public QuantizationSummary? Quantization { get; }

    /// <summary>
    /// Makes a smaller and faster classifier of this one: its convolutions compute with 8-bit integers. The result is judged by images whose
    /// classes are known, and handed out only if it is good enough.
    /// </summary>
    /// <remarks>
    /// Meant for processors; a GPU computes the result in floats. The same images give the same bytes on the same machine. This classifier
    /// stays as it is.
    /// </remarks>
    /// <param name="calibration">
    /// Images like those that the classifier will see, usually those of the training: they tell in which range the activations of the
    /// network lie. Their classes do not matter.
    /// </param>
    /// <param name="validation">Images to judge by, which should not be those of the training; classes are matched with <see cref="Labels"/> by name.</param>
    /// <param name="options">What the quantization may cost, and how many images it looks at; null for the defaults.</param>
    /// <param name="progress">Hears of the stages and how many images of each are done.</param>
    /// <param name="cancellationToken">Stops the work within a batch.</param>
    /// <returns>The quantized classifier, which the caller disposes.</returns>
    /// <exception cref="ArgumentException">The options are out of range; the message lists every violation.</exception>
    /// <exception cref="DatasetException">
    /// There are no images of one or the other kind, or classes that the classifier does not know; the message lists both.
    /// </exception>
    /// <exception cref="ImageDecodeException">An image cannot be decoded, and the options say to stop.</exception>
    /// <exception cref="OnnxGraphException">The network is quantized already, or has no convolution that could be.</exception>
    /// <exception cref="QuantizationRefusedException">The accuracy falls by more than the options allow.</exception>
    /// <exception cref="ObjectDisposedException">The classifier has been disposed.</exception>
    public async Task<ImageClassifier> QuantizeAsync(
        LabeledImageSet calibration,
        LabeledImageSet validation,
        QuantizationOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(calibration);
        ArgumentNullException.ThrowIfNull(validation);
        options ??= QuantizationOptions.Default;
        options.ThrowIfInvalid(nameof(options));
        if (calibration.Count == 0)
            throw new DatasetException($"There are no images in '{calibration.Name}' to calibrate with; take those that the classifier was trained on.");
        MatchClasses(validation);
        return await new ClassifierQuantization(this, _execution, options, progress, cancellationToken)
            .RunAsync(calibration, validation, (model, summary) => new ImageClassifier(
                summary is null ? model : model.WithMetadata(ClassifierMetadata.ToEntries(Training, summary)), _metadata, Training, _execution, summary))
            .ConfigureAwait(false);
    }
}
