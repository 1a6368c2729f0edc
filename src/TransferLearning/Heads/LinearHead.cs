using System.Numerics.Tensors;
using TransferLearning.Featurization;
using TransferLearning.Onnx;

namespace TransferLearning.Heads;

/// <summary>
/// Multinomial logistic regression on features: scores = weights · features + bias, probabilities = softmax of the scores.
/// </summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
internal sealed class LinearHead
{
    internal LinearHead(int featureCount, int classCount, float[] weights, float[] bias)
    {
        FeatureCount = featureCount;
        ClassCount = classCount;
        Weights = weights;
        Bias = bias;
    }

    /// <summary>The number of features.</summary>
    public int FeatureCount { get; }

    /// <summary>The number of classes.</summary>
    public int ClassCount { get; }

    /// <summary>One row of weights for each class, on the features as the network gives them (not standardised).</summary>
    public float[] Weights { get; }

    /// <summary>One number for each class.</summary>
    public float[] Bias { get; }

    /// <summary>The strength of the penalty that was chosen.</summary>
    public double Strength { get; init; }

    /// <summary>How each strength that was tried did, strongest first; empty where there was nothing to choose.</summary>
    public IReadOnlyList<StrengthScore> Selection { get; init; } = [];

    /// <summary>The steps of the minimiser, for all strengths and parts of the cross-validation together.</summary>
    public int Iterations { get; init; }

    /// <summary>Fits a head.</summary>
    /// <param name="train">The features of the training rows.</param>
    /// <param name="labels">Their classes, 0 to <paramref name="classCount"/> − 1; every class occurs.</param>
    /// <param name="classCount">The number of classes, 2 or more.</param>
    /// <param name="validation">The features of rows that choose the strength of the penalty, and nothing else; null for none.</param>
    /// <param name="validationLabels">Their classes.</param>
    /// <param name="options">The options; null for the default.</param>
    /// <param name="progress">Gets the finished part of the work, 0 to 1.</param>
    /// <param name="cancellationToken">Stops the work within one step.</param>
    /// <exception cref="ArgumentException">Sizes do not match, a label is out of range, a class has no row, or a feature is not finite.</exception>
    public static LinearHead Fit(
        FeatureMatrix train,
        ReadOnlySpan<int> labels,
        int classCount,
        FeatureMatrix? validation = null,
        int[]? validationLabels = null,
        LinearHeadOptions? options = null,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        options ??= LinearHeadOptions.Default;
        options.Validate();
        HeadData.Check(train, labels, classCount, validation, validationLabels);
        cancellationToken.ThrowIfCancellationRequested();
        return new LinearHeadFit(train, labels.ToArray(), classCount, options, progress, cancellationToken).Run(validation, validationLabels);
    }

    /// <summary>The probabilities of the classes: one row for each row of features, one column for each class.</summary>
    /// <exception cref="ArgumentException">The features have another number of columns.</exception>
    public FeatureMatrix Probabilities(FeatureMatrix features)
    {
        if (features.Columns != FeatureCount)
            throw new ArgumentException($"The head was fitted to {FeatureCount} features, not to {features.Columns}.", nameof(features));
        var products = new float[ClassCount * features.Rows];
        DensePasses.RowsTimesWeights(features, Weights, products, Environment.ProcessorCount);
        var probabilities = new FeatureMatrix(features.Rows, ClassCount);
        for (int i = 0; i < features.Rows; i++)
        {
            var row = probabilities.RowForWriting(i);
            for (int c = 0; c < ClassCount; c++)
                row[c] = products[(c * features.Rows) + i] + Bias[c];
            TensorPrimitives.Subtract(row, TensorPrimitives.Max<float>(row), row);
            TensorPrimitives.SoftMax(row, row);
        }

        return probabilities;
    }

    /// <summary>Appends the head to a graph and returns the name of the scores before softmax (the logits), N × classes.</summary>
    /// <param name="graph">The graph that grows.</param>
    /// <param name="features">The tensor of features, N × <see cref="FeatureCount"/>.</param>
    public string AppendTo(GraphBuilder graph, string features)
    {
        string weights = graph.Initializer(graph.Unique("weight"), Weights, [ClassCount, FeatureCount]);
        string bias = graph.Initializer(graph.Unique("bias"), Bias, [ClassCount]);
        return graph.AddNamed(graph.Unique("logits"), "Gemm", [features, weights, bias], GraphBuilder.Attribute("transB", 1L));
    }
}
