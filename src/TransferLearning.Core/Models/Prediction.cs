using System.Globalization;
using System.Numerics.Tensors;

namespace TransferLearning;

/// <summary>A class and how probable the network holds it to be.</summary>
/// <param name="Label">The name of the class.</param>
/// <param name="Probability">0 to 1; the probabilities of all classes add up to 1.</param>
public sealed record LabelProbability(string Label, float Probability)
{
    /// <summary>For instance <c>cat (97.3%)</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{Label} ({Probability:P1})").Replace(" %", "%", StringComparison.Ordinal);
}

/// <summary>What a classifier says about one image.</summary>
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

        // NaN counts as the greatest, so one look tells that there is none.
        if (!float.IsFinite(_probabilities[LabelIndex]))
        {
            throw new OnnxGraphException(
                $"The network gives {_probabilities[LabelIndex].ToString(CultureInfo.InvariantCulture)} as the probability of '{labels[LabelIndex]}': its weights are damaged, or the preprocessing does not fit it.");
        }
    }

    /// <summary>The name of the most probable class.</summary>
    public string Label => _labels[LabelIndex];

    /// <summary>The probability of the most probable class, 0 to 1.</summary>
    public float Probability => _probabilities[LabelIndex];

    /// <summary>The position of the most probable class in the classifier's labels.</summary>
    public int LabelIndex { get; }

    /// <summary>The probability of every class, in the order of the classifier's labels.</summary>
    public ReadOnlySpan<float> Probabilities => _probabilities;

    /// <summary>The most probable classes, best first.</summary>
    /// <param name="count">How many at most, 1 or more; fewer come back where the classifier has fewer classes.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    public IReadOnlyList<LabelProbability> Top(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        int[] order = new int[_probabilities.Length];
        for (int i = 0; i < order.Length; i++)
            order[i] = i;
        Array.Sort(order, (a, b) => _probabilities[b] != _probabilities[a] ? _probabilities[b].CompareTo(_probabilities[a]) : a.CompareTo(b));
        return Array.ConvertAll(order[..Math.Min(count, order.Length)], index => new LabelProbability(_labels[index], _probabilities[index]));
    }

    /// <summary>The label and its probability, for instance <c>cat (98.3%)</c>.</summary>
    public override string ToString() => new LabelProbability(Label, Probability).ToString();
}

/// <summary>The outcome for one image of many: a prediction, or the reason why there is none.</summary>
/// <param name="Path">The file.</param>
/// <param name="Prediction">The prediction; null where the image was skipped.</param>
/// <param name="Error">Why the image was skipped; null where there is a prediction.</param>
public sealed record ImagePrediction(string Path, Prediction? Prediction, string? Error);
