namespace TransferLearning;

public sealed partial class ImageClassifier
{
    /// <summary>How the classifier was quantized; null if it was not.</summary>
    public QuantizationSummary? Quantization { get; }

    /// <summary>
    /// Makes a smaller and faster classifier of this one: its convolutions compute with 8-bit integers. The result is evaluated on labelled
    /// images and returned only if it is accurate enough.
    /// </summary>
    /// <remarks>
    /// For CPUs; a GPU computes the result in floats. The same images give the same bytes on the same machine. This classifier is not
    /// changed.
    /// </remarks>
    /// <param name="calibration">
    /// Images like those to be classified, usually the training images: they determine the ranges of the network's activations. Their
    /// classes do not matter.
    /// </param>
    /// <param name="validation">
    /// Images to evaluate on, which should not be training images; their classes are matched with <see cref="Labels"/> by name.
    /// </param>
    /// <param name="options">The maximum accuracy loss and the number of calibration images; null for the defaults.</param>
    /// <param name="progress">Receives the stage and the number of processed images.</param>
    /// <param name="cancellationToken">Cancels the work within a batch.</param>
    /// <returns>The quantized classifier, which the caller disposes.</returns>
    /// <exception cref="ArgumentException">The options are out of range; the message lists all errors.</exception>
    /// <exception cref="DatasetException">
    /// One of the sets has no images, or there are classes that the classifier does not have; the message lists both.
    /// </exception>
    /// <exception cref="ImageDecodeException">An image cannot be decoded, and the options do not allow skipping.</exception>
    /// <exception cref="OnnxGraphException">The network is already quantized, or has no convolution that can be.</exception>
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
        OptionErrors.ThrowIfAny(options);
        if (calibration.Count == 0)
            throw new DatasetException($"There are no images in '{calibration.Name}' to calibrate with; use the training images.");
        MatchClasses(validation);
        return await new ClassifierQuantization(this, _execution, options, progress, cancellationToken)
            .RunAsync(calibration, validation, (model, summary) => new ImageClassifier(
                summary is null
                    ? model
                    : model.WithMetadata(
                        [.. ClassifierMetadata.ToEntries(Training, summary), .. RejectionRule.ToEntries(_rejection)]),
                _metadata,
                Training,
                _execution,
                summary,
                _rejection))
            .ConfigureAwait(false);
    }
}
