namespace TransferLearning;

/// <summary>An image that a classifier takes for another class than its own.</summary>
/// <param name="Path">The file.</param>
/// <param name="Actual">The class that the image is in.</param>
/// <param name="Prediction">What the classifier says.</param>
public sealed record MisclassifiedImage(string Path, string Actual, Prediction Prediction);

/// <summary>An image that a classifier was judged by.</summary>
/// <param name="Path">The file, or the name of an image that is no file of its own, as <see cref="LabeledImage"/> has it.</param>
/// <param name="ActualIndex">The position of its class in the classifier's labels.</param>
/// <param name="Prediction">What the classifier says.</param>
public sealed record EvaluatedImage(string Path, int ActualIndex, Prediction Prediction)
{
    /// <summary>True where the most probable class is that of the image.</summary>
    public bool IsRight => Prediction.LabelIndex == ActualIndex;

    /// <summary>What makes the image where it is no file of its own; null for files.</summary>
    internal ImageContent? Content { get; init; }
}

/// <summary>What came out of an evaluation: the figures, the mistakes, and the images that were left out.</summary>
/// <param name="Report">The figures.</param>
/// <param name="Wrong">The images that are taken for another class, the most certain mistakes first, equally certain ones in the order of the images.</param>
/// <param name="Skipped">The messages of the images that could not be decoded and do not count.</param>
public sealed record EvaluationResult(ClassificationReport Report, IReadOnlyList<MisclassifiedImage> Wrong, IReadOnlyList<string> Skipped)
{
    /// <summary>Every image that counts, in the order of the data set.</summary>
    public IReadOnlyList<EvaluatedImage> Images { get; private init; } = [];

    /// <summary>Whether another classifier, judged by the same images, differs from this one by more than chance.</summary>
    /// <param name="other">The evaluation of the other classifier.</param>
    /// <exception cref="ArgumentException">The two were not judged by the same images in the same order.</exception>
    public McNemarTest CompareWith(EvaluationResult other)
    {
        ArgumentNullException.ThrowIfNull(other);
        bool same = Images.Count == other.Images.Count && Images.Zip(other.Images, (a, b) => a.Path == b.Path).All(equal => equal);
        if (!same)
            throw new ArgumentException("The two classifiers were not judged by the same images; evaluate both on one data set.", nameof(other));
        var pairs = Images.Zip(other.Images, (first, second) => (First: first.IsRight, Second: second.IsRight)).ToArray();
        return new McNemarTest(pairs.Count(pair => pair.First && !pair.Second), pairs.Count(pair => pair.Second && !pair.First));
    }

    internal static EvaluationResult Create(
        LabeledImageSet images, IReadOnlyList<ImagePrediction> predictions, int[] toLabel, IReadOnlyList<string> labels)
    {
        var decoded = Enumerable.Range(0, images.Count).Where(i => predictions[i].Prediction is not null).ToArray();
        if (decoded.Length == 0)
            throw new DatasetException($"None of the {images.Count} images in '{images.Name}' can be decoded; the first error: {predictions[0].Error}");
        var actual = new int[decoded.Length];
        var probabilities = new FeatureMatrix(decoded.Length, labels.Count);
        var judged = new EvaluatedImage[decoded.Length];
        for (int row = 0; row < decoded.Length; row++)
        {
            var image = images[decoded[row]];
            var prediction = predictions[decoded[row]].Prediction!;
            actual[row] = toLabel[image.Label];
            prediction.Probabilities.CopyTo(probabilities.RowForWriting(row));
            judged[row] = new EvaluatedImage(image.Path, actual[row], prediction) { Content = image.Content };
        }

        var wrong = judged.Where(image => !image.IsRight).OrderByDescending(image => image.Prediction.Probability);
        return new EvaluationResult(
            ClassificationReport.Create(actual, probabilities, labels),
            [.. wrong.Select(image => new MisclassifiedImage(image.Path, labels[image.ActualIndex], image.Prediction))],
            [.. predictions.Where(item => item.Error is not null).Select(item => item.Error!)])
        {
            Images = judged,
        };
    }
}
