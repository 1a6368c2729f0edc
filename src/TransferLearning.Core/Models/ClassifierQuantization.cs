using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>Quantizes a classifier and evaluates the result on labelled images before it is returned.</summary>
internal sealed class ClassifierQuantization(
    ImageClassifier classifier,
    ExecutionOptions execution,
    QuantizationOptions options,
    IProgress<TransferProgress>? progress,
    CancellationToken cancellationToken)
{
    private const string Method =
        "static, QDQ; weights int8, symmetric, per channel, 7 bits except depthwise; activations uint8, minimum to maximum; " +
        "biases corrected";

    /// <summary>A loss of exactly the limit must not fail because of rounding.</summary>
    private const double Rounding = 1e-9;

    /// <summary>Quantizes.</summary>
    /// <param name="calibration">The images that determine the ranges of activations.</param>
    /// <param name="validation">The images to evaluate on.</param>
    /// <param name="finish">Makes the classifier from the quantized network and its summary.</param>
    /// <exception cref="QuantizationRefusedException">The accuracy falls by more than the options allow.</exception>
    public async Task<ImageClassifier> RunAsync(
        LabeledImageSet calibration, LabeledImageSet validation, Func<OnnxModel, QuantizationSummary?, ImageClassifier> finish)
    {
        var model = classifier.ToOnnx();
        var quantizer = await Task.Run(() => NetworkQuantizer.Prepare(model), cancellationToken).ConfigureAwait(false);
        var before = await EvaluateAsync(classifier, validation).ConfigureAwait(false);
        var statistics = await CalibrateAsync(quantizer, calibration).ConfigureAwait(false);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = execution.EffectiveThreads, CancellationToken = cancellationToken };
        var quantized = await Task.Run(() => quantizer.Quantize(statistics, parallel), cancellationToken).ConfigureAwait(false);
        EvaluationResult after;
        using (var candidate = finish(quantized, null))
            after = await EvaluateAsync(candidate, validation).ConfigureAwait(false);

        var summary = new QuantizationSummary
        {
            Method = Method,
            Convolutions = quantizer.Convolutions,
            FloatConvolutions = quantizer.FloatConvolutions,
            CalibrationImages = statistics.Images,
            ValidationImages = before.Report.Images,
            AccuracyBefore = before.Report.Accuracy,
            AccuracyAfter = after.Report.Accuracy,
            Agreement = before.Images.Zip(after.Images, (a, b) => a.Prediction.LabelIndex == b.Prediction.LabelIndex ? 1.0 : 0).Average(),
            MaxAccuracyLoss = options.MaxAccuracyLoss,
            BytesBefore = model.Proto.CalculateSize(),
            BytesAfter = quantized.Proto.CalculateSize(),
            Versions = SoftwareVersions.Current,
        };
        if (summary.AccuracyBefore - summary.AccuracyAfter > options.MaxAccuracyLoss + Rounding)
            throw new QuantizationRefusedException(summary);
        return finish(quantized, summary);
    }

    private Task<EvaluationResult> EvaluateAsync(ImageClassifier evaluated, LabeledImageSet images) =>
        evaluated.EvaluateAsync(images, options.Undecodable, progress, cancellationToken);

    private async Task<ActivationStatistics> CalibrateAsync(NetworkQuantizer quantizer, LabeledImageSet calibration)
    {
        int count = Math.Min(calibration.Count, options.CalibrationImages);
        var spaced = Enumerable.Range(0, count).Select(i => calibration[(int)((long)i * calibration.Count / count)]);
        ImageSource[] images = [.. spaced.Select(ImageSource.Of)];
        using var observer = new FeatureExtractor(quantizer.Observer, classifier.Preprocessing, execution);
        var seen = await observer.ExtractAsync(
            images,
            options.Undecodable,
            progress: progress.Count(TransferStage.Calibrate, count),
            cancellationToken: cancellationToken).ConfigureAwait(false);
        if (seen.Features.Rows == 0)
        {
            throw new DatasetException(
                $"None of the {count} calibration images in '{calibration.Name}' can be decoded; the first error: " +
                seen.Skipped[0].Message);
        }

        var statistics = quantizer.NewStatistics();
        for (int row = 0; row < seen.Features.Rows; row++)
            statistics.Add(seen.Features[row]);
        return statistics;
    }
}
