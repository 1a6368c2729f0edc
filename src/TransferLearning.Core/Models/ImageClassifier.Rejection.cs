using System.Numerics.Tensors;

namespace TransferLearning;

public sealed partial class ImageClassifier
{
    /// <summary>With more examples predictions take longer and the file grows; classes keep their shares.</summary>
    private const int MostExamples = 1000;

    private readonly RejectionRule? _rejection;

    /// <summary>When this classifier calls images unknown; null: never.</summary>
    public RejectionSummary? Rejection => _rejection?.Summary;

    /// <summary>
    /// Makes a classifier that recognises images of none of its classes: <see cref="Prediction.IsKnown"/>. It keeps the features of up to a
    /// thousand training images in its file.
    /// </summary>
    /// <param name="known">The training images.</param>
    /// <param name="validation">Images of the same classes that were not trained on, to fit the threshold.</param>
    /// <param name="options">The precision to reach or the thresholds, and images of none of the classes; null for the defaults.</param>
    /// <param name="progress">Receives progress updates.</param>
    /// <param name="cancellationToken">Cancels the work within a batch.</param>
    /// <returns>The classifier, which the caller disposes.</returns>
    /// <exception cref="DatasetException">There are no images, or classes that the classifier does not have.</exception>
    /// <exception cref="OnnxGraphException">The network has no features in front of its head.</exception>
    public async Task<ImageClassifier> WithRejectionAsync(
        LabeledImageSet known,
        LabeledImageSet validation,
        RejectionOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(known);
        ArgumentNullException.ThrowIfNull(validation);
        options ??= new RejectionOptions();
        OptionErrors.ThrowIfAny(options);
        MatchClasses(known);
        int[] toLabel = MatchClasses(validation);
        int[] chosen = StratifiedSubset.Choose(known.Labels, known.Classes.Count, MostExamples, seed: 0);
        ImageSource[] sources =
        [
            .. chosen.Select(index => ImageSource.Of(known[index])), .. validation.Select(ImageSource.Of),
            .. options.Others.Select(ImageSource.FromFile),
        ];
        var joined = await JoinedAsync(
            sources, progress.Count(TransferStage.Predict, sources.Length), cancellationToken).ConfigureAwait(false);
        var examples = FeatureMatrix.FromRows([.. joined[..chosen.Length].OfType<float[]>().Select(row => row[Labels.Count..])]);
        var unfitted = RejectionRule.Of(examples, new RejectionSummary { Threshold = -1, Coverage = 1, Precision = 0 });
        var scored = joined.Skip(chosen.Length).Select((row, i) =>
        {
            if (row is null)
                return null;
            var prediction = new Prediction(row.AsSpan(0, Labels.Count), Labels);
            return new ScoredImage(
                unfitted.Similarity(row.AsSpan(Labels.Count)),
                prediction.Probability,
                i < validation.Count && prediction.LabelIndex == toLabel[validation[i].Label],
                i < validation.Count);
        }).OfType<ScoredImage>().ToList();
        var fitted = unfitted.With(RejectionFit.Choose(scored, options));
        var model = _model.WithMetadata([new(RejectionRule.Key, fitted.ToJson())]);
        return new ImageClassifier(model, _metadata, Training, _execution, Quantization, fitted);
    }

    /// <summary>The probabilities and the features of images; null for those that cannot be decoded.</summary>
    private async Task<float[]?[]> JoinedAsync(ImageSource[] images, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        var rows = new float[]?[images.Length];
        using var session = Open(SessionMode.Throughput, withFeatures: true);
        await session.Runner.RunAsync(
            images,
            (index, row) => rows[index] = row.ToArray(),
            (_, _) => { },
            progress: progress,
            cancellationToken: cancellationToken).ConfigureAwait(false);
        return rows;
    }

    /// <summary>The prediction of an image from the output of the session.</summary>
    private Prediction Read(ReadOnlySpan<float> row)
    {
        if (_rejection is null)
            return new Prediction(row, Labels);
        double similarity = _rejection.Similarity(row[Labels.Count..]);
        var probabilities = row[..Labels.Count];
        return new Prediction(probabilities, Labels)
        {
            Similarity = similarity,
            IsKnown = _rejection.Summary.Accepts(similarity, TensorPrimitives.Max(probabilities)),
        };
    }
}
