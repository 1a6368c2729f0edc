namespace TransferLearning;

/// <summary>An image that a classifier assigns to another class than its own.</summary>
public sealed record MisclassifiedImage
{
    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>The actual class of the image.</summary>
    public required string Actual { get; init; }

    /// <summary>The prediction of the classifier.</summary>
    public required Prediction Prediction { get; init; }
}

/// <summary>An image that a classifier was evaluated on.</summary>
public sealed record EvaluatedImage
{
    /// <summary>The file, or the name of an image that is not a file of its own (see <see cref="LabeledImage"/>).</summary>
    public required string Path { get; init; }

    /// <summary>The index of its actual class in the classifier's labels.</summary>
    public required int ActualIndex { get; init; }

    /// <summary>The prediction of the classifier.</summary>
    public required Prediction Prediction { get; init; }

    /// <summary>True if the predicted class is the actual one.</summary>
    public bool IsRight => Prediction.LabelIndex == ActualIndex;

    /// <summary>The content of an image that is not a file of its own; null for files.</summary>
    internal ImageContent? Content { get; init; }

    /// <summary>The hash of the content that was evaluated.</summary>
    internal ImageHash Hash { get; init; }
}

/// <summary>The result of an evaluation: metrics, mistakes, and skipped images.</summary>
public sealed record EvaluationResult
{
    /// <summary>What the set of images is called, see <see cref="LabeledImageSet.Name"/>.</summary>
    public required string Name { get; init; }

    /// <summary>The metrics.</summary>
    public required ClassificationReport Report { get; init; }

    /// <summary>The misclassified images, highest probability first, equal ones in the order of the images.</summary>
    public required IReadOnlyList<MisclassifiedImage> Wrong { get; init; }

    /// <summary>The error messages of the images that could not be decoded and do not count.</summary>
    public required IReadOnlyList<string> Skipped { get; init; }

    /// <summary>Every image that counts, in the order of the dataset.</summary>
    public required IReadOnlyList<EvaluatedImage> Images { get; init; }

    /// <summary>Tests whether another classifier, evaluated on the same images, differs significantly from this one.</summary>
    /// <param name="other">The evaluation of the other classifier.</param>
    /// <exception cref="ArgumentException">The two were not evaluated on the same images in the same order.</exception>
    public McNemarTest CompareWith(EvaluationResult other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!Images.Select(image => image.Path).SequenceEqual(other.Images.Select(image => image.Path), StringComparer.Ordinal))
            throw new ArgumentException("The two classifiers were evaluated on different images; use one dataset for both.", nameof(other));
        var pairs = Images.Zip(other.Images, (first, second) => (First: first.IsRight, Second: second.IsRight)).ToArray();
        return new McNemarTest
        {
            OnlyFirst = pairs.Count(pair => pair.First && !pair.Second),
            OnlySecond = pairs.Count(pair => pair.Second && !pair.First),
        };
    }

    internal static EvaluationResult Create(
        LabeledImageSet images,
        IReadOnlyList<ImagePrediction> predictions,
        ReadOnlySpan<ImageHash> hashes,
        int[] toLabel,
        IReadOnlyList<string> labels)
    {
        var evaluated = new List<EvaluatedImage>(images.Count);
        for (int i = 0; i < images.Count; i++)
        {
            if (predictions[i].Prediction is { } prediction)
            {
                var (path, label, content) = (images[i].Path, images[i].Label, images[i].Content);
                evaluated.Add(new()
                {
                    Path = path,
                    ActualIndex = toLabel[label],
                    Prediction = prediction,
                    Content = content,
                    Hash = hashes[i],
                });
            }
        }

        if (evaluated.Count == 0)
        {
            throw new DatasetException(
                $"None of the {images.Count} images in '{images.Name}' can be decoded; the first error: {predictions[0].Error}");
        }

        var probabilities = new FeatureMatrix(evaluated.Count, labels.Count);
        for (int row = 0; row < evaluated.Count; row++)
            evaluated[row].Prediction.Probabilities.CopyTo(probabilities.RowForWriting(row));
        var wrong = evaluated.Where(image => !image.IsRight).OrderByDescending(image => image.Prediction.Probability);
        return new EvaluationResult
        {
            Name = images.Name,
            Report = ClassificationReport.Create([.. evaluated.Select(image => image.ActualIndex)], probabilities, labels),
            Wrong = [.. wrong.Select(image =>
                new MisclassifiedImage { Path = image.Path, Actual = labels[image.ActualIndex], Prediction = image.Prediction })],
            Skipped = [.. predictions.Where(item => item.Error is not null).Select(item => item.Error!)],
            Images = evaluated,
        };
    }
}
