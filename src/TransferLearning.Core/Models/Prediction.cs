using System.Globalization;
using System.Numerics.Tensors;

namespace TransferLearning;

/// <summary>A class and its predicted probability.</summary>
public sealed record LabelProbability
{
    /// <summary>The name of the class.</summary>
    public required string Label { get; init; }

    /// <summary>0 to 1; the probabilities of all classes sum to 1.</summary>
    public required float Probability { get; init; }

    /// <summary>For instance <c>cat (97.3%)</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Label} ({100 * Probability:F1}%)");
}

/// <summary>The class probabilities that a classifier predicts for one image.</summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed class Prediction
{
    private readonly float[] _probabilities;
    private readonly IReadOnlyList<string> _labels;

    internal Prediction(ReadOnlySpan<float> probabilities, IReadOnlyList<string> labels)
    {
        _probabilities = probabilities.ToArray();
        _labels = labels;
        LabelIndex = TensorPrimitives.IndexOfMax<float>(_probabilities);

        // IndexOfMax treats NaN as the greatest number, so this one check covers all of them.
        if (!float.IsFinite(_probabilities[LabelIndex]))
        {
            throw new OnnxGraphException(
                $"The network outputs {_probabilities[LabelIndex].ToString(CultureInfo.InvariantCulture)} as the probability of " +
                $"'{labels[LabelIndex]}': its weights are damaged, or the preprocessing does not fit it.");
        }
    }

    /// <summary>The name of the most probable class.</summary>
    public string Label => _labels[LabelIndex];

    /// <summary>The probability of the most probable class, 0 to 1.</summary>
    public float Probability => _probabilities[LabelIndex];

    /// <summary>
    /// False if the image looks like none of the classes (its features are not similar enough to those of training images), or if its class
    /// is not probable enough. Always true for a classifier without <see cref="ImageClassifier.Rejection"/>.
    /// </summary>
    public bool IsKnown { get; internal init; } = true;

    /// <summary>
    /// How similar the features of the image are to those of the nearest training images, −1 to 1; null for a classifier without
    /// <see cref="ImageClassifier.Rejection"/>.
    /// </summary>
    public double? Similarity { get; internal init; }

    /// <summary>The index of the most probable class in the classifier's labels.</summary>
    public int LabelIndex { get; }

    /// <summary>The probability of every class, in the order of the classifier's labels.</summary>
    public ReadOnlySpan<float> Probabilities => _probabilities;

    /// <summary>The most probable classes, best first.</summary>
    /// <param name="count">The maximum number of classes to return, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    public IReadOnlyList<LabelProbability> Top(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return Array.ConvertAll(
            Order()[..Math.Min(count, _probabilities.Length)],
            index => new LabelProbability { Label = _labels[index], Probability = _probabilities[index] });
    }

    /// <summary>The label and its probability, for instance <c>cat (98.3%)</c>.</summary>
    public override string ToString() => new LabelProbability { Label = Label, Probability = Probability }.ToString();

    /// <summary>The indices of all classes, most probable first, equally probable ones in the order of the labels.</summary>
    internal int[] Order()
    {
        int[] order = [.. Enumerable.Range(0, _probabilities.Length)];
        Array.Sort(
            order, (a, b) => _probabilities[b] != _probabilities[a] ? _probabilities[b].CompareTo(_probabilities[a]) : a.CompareTo(b));
        return order;
    }
}

/// <summary>The result for one image of many: a prediction, or the reason why there is none.</summary>
public sealed record ImagePrediction
{
    /// <summary>
    /// The path of the file, or the name of the <see cref="ImageLocation"/>; for an image in memory <c>image N</c>, N being its index in
    /// the list.
    /// </summary>
    public required string Path { get; init; }

    /// <summary>The prediction; null when the image was skipped.</summary>
    public Prediction? Prediction { get; init; }

    /// <summary>Why the image was skipped; null when there is a prediction.</summary>
    public string? Error { get; init; }

    /// <summary>The ETag that the server of the image gave it; null for other images.</summary>
    public string? ETag { get; init; }
}
