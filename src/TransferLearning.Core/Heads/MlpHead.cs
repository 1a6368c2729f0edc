using System.Numerics.Tensors;
using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// A head with one hidden layer: scores = W₂ · relu(W₁ · features + b₁) + b₂. Standardisation of the features is folded into W₁ and b₁,
/// BatchNormalization into W₂ and b₂, so that the exported head is Gemm, Relu, Gemm.
/// </summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
internal sealed class MlpHead
{
    private readonly float[] _hiddenWeights;
    private readonly float[] _hiddenBias;
    private readonly float[] _outputWeights;
    private readonly float[] _outputBias;

    private MlpHead(OnnxModel trained, Standardization standardization, TrainingHistory history)
    {
        _hiddenWeights = trained.ReadInitializer(MlpGraph.HiddenWeight);
        _hiddenBias = trained.ReadInitializer(MlpGraph.HiddenBias);
        _outputWeights = trained.ReadInitializer(MlpGraph.OutputWeight);
        _outputBias = trained.ReadInitializer(MlpGraph.OutputBias);
        History = history;
        FoldStandardization(standardization);
        FoldNormalization(trained);
    }

    /// <summary>The number of features.</summary>
    public int FeatureCount => _hiddenWeights.Length / Units;

    /// <summary>The number of hidden units.</summary>
    public int Units => _hiddenBias.Length;

    /// <summary>The head in words, as the summary of a training gives it.</summary>
    public string Describe(MlpHeadOptions options) =>
        FormattableString.Invariant($"{Units} hidden units, dropout {options.Dropout:R}, softmax");

    /// <summary>The number of classes.</summary>
    public int ClassCount => _outputBias.Length;

    /// <summary>The epochs of its training.</summary>
    public TrainingHistory History { get; }

    /// <summary>Trains a head.</summary>
    /// <param name="train">The features of the training rows.</param>
    /// <param name="labels">Their classes, 0 to <paramref name="classCount"/> − 1.</param>
    /// <param name="classCount">The number of classes, 2 or more.</param>
    /// <param name="validation">The features of rows to measure on; null for none.</param>
    /// <param name="validationLabels">Their classes.</param>
    /// <param name="options">The options; checked here.</param>
    /// <param name="progress">Receives progress updates of every step and every epoch.</param>
    /// <param name="cancellationToken">Stops within a step, with a checkpoint where there is a folder for it.</param>
    /// <exception cref="ArgumentException">Options or examples are not valid; the message lists every violation.</exception>
    /// <exception cref="TrainingDivergedException">The loss or a gradient is not finite.</exception>
    public static MlpHead Fit(
        FeatureMatrix train,
        IReadOnlyList<int> labels,
        int classCount,
        FeatureMatrix? validation,
        IReadOnlyList<int>? validationLabels,
        MlpHeadOptions options,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        Fit([train], labels, classCount, validation, validationLabels, options, progress, cancellationToken);

    /// <summary>As the other overload, for images in several views, as they are first; every epoch draws one for each image.</summary>
    public static MlpHead Fit(
        IReadOnlyList<FeatureMatrix> trainViews,
        IReadOnlyList<int> labels,
        int classCount,
        FeatureMatrix? validation,
        IReadOnlyList<int>? validationLabels,
        MlpHeadOptions options,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        options.Validate(classCount, validation is not null);
        var standardization = Standardization.Measure(trainViews[0]);
        var result = Trainer.Fit(
            MlpGraph.Build(trainViews[0].Columns, classCount, options),
            new TrainingExamples([.. trainViews.Select(standardization.Apply)], labels),
            validation is null ? null : new TrainingExamples(standardization.Apply(validation), validationLabels!),
            options,
            progress,
            cancellationToken);
        return new MlpHead(result.Model, standardization, result.History);
    }

    /// <summary>As the other overload, for rows that are read from a file as they are needed.</summary>
    public static MlpHead Fit(
        FeatureTable train,
        int classCount,
        FeatureTable? validation,
        MlpHeadOptions options,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        options.Validate(classCount, validation is not null);
        HeadData.Check(train, classCount, validation);
        var standardization = Standardization.Measure(train, cancellationToken);
        var result = Trainer.Fit(
            MlpGraph.Build(train.Columns, classCount, options),
            Examples(train, standardization),
            validation is null ? null : Examples(validation, standardization),
            options,
            progress,
            cancellationToken);
        return new MlpHead(result.Model, standardization, result.History);
    }

    /// <summary>The probabilities of the classes: one row for each row of features, one column for each class.</summary>
    public FeatureMatrix Probabilities(FeatureMatrix features)
    {
        if (features.Columns != FeatureCount)
            throw new ArgumentException($"The head was trained on {FeatureCount} features, not on {features.Columns}.", nameof(features));
        var hidden = Dense(features, _hiddenWeights, _hiddenBias);
        TensorPrimitives.Max(hidden.Values.Span, 0f, hidden.Values.Span);
        var probabilities = Dense(hidden, _outputWeights, _outputBias);
        for (int i = 0; i < probabilities.Rows; i++)
        {
            var row = probabilities.RowForWriting(i);
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
        var transposed = GraphBuilder.Attribute("transB", 1L);
        string hiddenWeights = graph.Initializer(graph.Unique("hidden_weight"), _hiddenWeights, [Units, FeatureCount]);
        string hiddenBias = graph.Initializer(graph.Unique("hidden_bias"), _hiddenBias, [Units]);
        string hidden = graph.Add("Relu", [graph.Add("Gemm", [features, hiddenWeights, hiddenBias], transposed)]);
        string weights = graph.Initializer(graph.Unique("weight"), _outputWeights, [ClassCount, Units]);
        string bias = graph.Initializer(graph.Unique("bias"), _outputBias, [ClassCount]);
        return graph.AddNamed(graph.Unique("logits"), "Gemm", [hidden, weights, bias], transposed);
    }

    /// <summary><c>W·((x − mean)·factor) + b = (W·factor)·x + (b − (W·factor)·mean)</c>.</summary>
    private void FoldStandardization(Standardization standardization)
    {
        for (int unit = 0; unit < Units; unit++)
        {
            var row = _hiddenWeights.AsSpan(unit * FeatureCount, FeatureCount);
            TensorPrimitives.Multiply(row, standardization.Factors, row);
            _hiddenBias[unit] -= TensorPrimitives.Dot(row, standardization.Means);
        }
    }

    /// <summary><c>W·(a·h + c) + b = (W·a)·h + (b + W·c)</c> with a = scale / √(variance + ε) and c = shift − a·mean.</summary>
    private void FoldNormalization(OnnxModel trained)
    {
        float[] factor = trained.ReadInitializer(MlpGraph.RunningVariance);
        TensorPrimitives.Add(factor, MlpGraph.Epsilon, factor);
        TensorPrimitives.ReciprocalSqrt(factor, factor);
        TensorPrimitives.Multiply(factor, trained.ReadInitializer(MlpGraph.Scale), factor);
        float[] offset = trained.ReadInitializer(MlpGraph.RunningMean);
        TensorPrimitives.Multiply(offset, factor, offset);
        TensorPrimitives.Subtract(trained.ReadInitializer(MlpGraph.Shift), offset, offset);
        for (int c = 0; c < ClassCount; c++)
        {
            var row = _outputWeights.AsSpan(c * Units, Units);
            _outputBias[c] += TensorPrimitives.Dot<float>(row, offset);
            TensorPrimitives.Multiply(row, factor, row);
        }
    }

    private static TrainingExamples Examples(FeatureTable table, Standardization standardization)
    {
        float[] row = new float[table.Columns];
        return new TrainingExamples(table.Columns, table.Labels, image =>
        {
            table.Read(image, row);
            standardization.ApplyInPlace(row);
            return row;
        });
    }

    private static FeatureMatrix Dense(FeatureMatrix rows, float[] weights, float[] bias)
    {
        var result = new FeatureMatrix(rows.Rows, bias.Length);
        for (int i = 0; i < rows.Rows; i++)
        {
            var row = result.RowForWriting(i);
            for (int unit = 0; unit < row.Length; unit++)
                row[unit] = TensorPrimitives.Dot(rows[i], weights.AsSpan(unit * rows.Columns, rows.Columns)) + bias[unit];
        }

        return result;
    }
}
