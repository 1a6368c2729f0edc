using System.Numerics.Tensors;
using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// Multinomial logistic regression on features: scores = weights · features + bias, probabilities = softmax of the scores. Fitted to
/// features of <see cref="FeatureExtractor"/>, it becomes a classifier with <see cref="TransferLearner.CreateClassifierAsync"/>.
/// </summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed partial class LinearHead
{
    /// <summary>The gradient shrinks to this part of the gradient of the head that knows only the shares of the classes.</summary>
    private const double Tolerance = 1e-5;

    /// <summary>The same where a pass over the rows is long: the loss on other rows is within 1% of that at the minimum.</summary>
    private const double LongTolerance = 3e-5;

    private const int MaximumIterations = 1000;

    /// <summary>The share of the work, approximately, that is the search for the strength.</summary>
    private const double SearchShare = 0.9;

    /// <summary>Progress counts in so many parts of the whole.</summary>
    private const int ProgressParts = 1000;

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

    /// <summary>The strength λ of the L2 penalty that was chosen, see <see cref="LinearHeadOptions.RegularizationStrengths"/>.</summary>
    public double RegularizationStrength { get; internal init; }

    /// <summary>The head in words, as the summary of a training gives it.</summary>
    internal string Describe() => FormattableString.Invariant($"linear softmax, L2 strength {RegularizationStrength:R}");

    /// <summary>One row of weights for each class, on the features as the network computes them (not standardised).</summary>
    internal float[] Weights { get; }

    /// <summary>One number for each class.</summary>
    internal float[] Bias { get; }

    /// <summary>The score of each strength that was tried, strongest first; empty where there was nothing to choose.</summary>
    internal IReadOnlyList<RegularizationScore> Selection { get; init; } = [];

    /// <summary>The steps of the minimiser, for all strengths and folds of the cross-validation together.</summary>
    internal int Iterations { get; init; }

    /// <summary>Fits a head. The same numbers and options give the same head.</summary>
    /// <param name="train">The features of the training rows, N × D; all finite.</param>
    /// <param name="labels">Their N classes, 0 to <paramref name="classCount"/> − 1; every class occurs.</param>
    /// <param name="classCount">The number of classes, 2 or more.</param>
    /// <param name="validation">
    /// The features of rows that help to choose the strength of the penalty, and nothing else; null for none.
    /// </param>
    /// <param name="validationLabels">Their classes.</param>
    /// <param name="options">The options; null for the default.</param>
    /// <param name="groups">
    /// For each training row what it belongs to, such as a film or a patient; null for nothing. Rows of a group are held out together while
    /// the strength is chosen.
    /// </param>
    /// <param name="progress">Receives progress updates of the stage <see cref="TransferStage.FitHead"/>.</param>
    /// <param name="cancellationToken">Stops the work within one step.</param>
    /// <exception cref="ArgumentException">
    /// Sizes do not match, a label is out of range, a class has no row, a feature is not finite, or the options are not valid.
    /// </exception>
    public static LinearHead Fit(
        FeatureMatrix train,
        ReadOnlySpan<int> labels,
        int classCount,
        FeatureMatrix? validation = null,
        int[]? validationLabels = null,
        LinearHeadOptions? options = null,
        IReadOnlyList<string?>? groups = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        if (groups is not null && groups.Count != labels.Length)
            throw new ArgumentException($"There are {labels.Length} labels but {groups.Count} groups.", nameof(groups));
        int[]? rows = groups is null ? null : RowGroups.Of(groups);
        return Fit(train, labels, classCount, validation, validationLabels, options, null, 1, rows, progress, cancellationToken);
    }

    /// <summary>Fits a head on a thread of the pool.</summary>
    /// <remarks>As <c>Fit</c>, which has the parameters and exceptions.</remarks>
    public static Task<LinearHead> FitAsync(
        FeatureMatrix train,
        IReadOnlyList<int> labels,
        int classCount,
        FeatureMatrix? validation = null,
        IReadOnlyList<int>? validationLabels = null,
        LinearHeadOptions? options = null,
        IReadOnlyList<string?>? groups = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(labels);
        int[] classes = [.. labels];
        int[]? validationClasses = validationLabels?.ToArray();
        return Task.Run(
            () => Fit(train, classes, classCount, validation, validationClasses, options, groups, progress, cancellationToken),
            cancellationToken);
    }

    /// <summary>As the other overload, for images in several views, or in a given space.</summary>
    /// <param name="train">The features: the rows of all images in one view, then those in the next, the images as they are first.</param>
    /// <param name="labels">The classes of all rows.</param>
    /// <param name="classCount">The number of classes.</param>
    /// <param name="validation">The features of rows that help to choose the strength.</param>
    /// <param name="validationLabels">Their classes.</param>
    /// <param name="options">The options; null for the default.</param>
    /// <param name="byRows">The space (see <see cref="HeadSpace"/>), so that the two can be compared; null for the faster one.</param>
    /// <param name="views">The number of views. All views of an image are held out together, and only the image as it is is scored.</param>
    /// <param name="groups">The groups of images, see <see cref="RowGroups"/>; null for none.</param>
    /// <param name="progress">Receives progress updates of the stage <see cref="TransferStage.FitHead"/>.</param>
    /// <param name="cancellationToken">Stops the work within one step.</param>
    internal static LinearHead Fit(
        FeatureMatrix train,
        ReadOnlySpan<int> labels,
        int classCount,
        FeatureMatrix? validation,
        int[]? validationLabels,
        LinearHeadOptions? options,
        bool? byRows,
        int views,
        int[]? groups,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        options ??= LinearHeadOptions.Default;
        OptionErrors.ThrowIfAny(options);
        HeadData.Check(train, labels, classCount, validation, validationLabels);
        cancellationToken.ThrowIfCancellationRequested();

        int threads = options.Threads ?? Environment.ProcessorCount;
        int[] classes = labels.ToArray();
        double[] strengths = [.. options.RegularizationStrengths.Distinct().OrderDescending()];
        var space = new HeadSpace(train, byRows, threads, cancellationToken, classCount);
        var search = new RegularizationSearch(space, classes, classCount, options, views, groups, threads);
        var selection = strengths.Length == 1
            ? []
            : search.Run(strengths, validation, validationLabels, Shares(progress, SearchShare), cancellationToken);
        double strength = selection.Count == 0 ? strengths[strengths.Length / 2] : RegularizationChoice.Best(selection).Strength;
        var fit = search.Whole ?? new SoftmaxFit(
            space.Everything(), classes, classCount, options.Balance, null, [], threads, search.Vectors);
        if (search is { InTurns: true, Whole: null, End: { } end })
            fit.StartFrom(end);
        int searched = fit.Iterations;
        fit.Minimize(strength, options.Tolerance ?? (search.InTurns ? LongTolerance : Tolerance), MaximumIterations, cancellationToken);
        Shares(progress, 1)?.Report(1);
        return OnRawFeatures(
            space.Weights(fit.Weights, classCount), fit.Bias, space.Standardization, strength, selection,
                search.Iterations + fit.Iterations - searched);
    }

    /// <summary>
    /// How well a head on such features does on rows that it was not fitted to, by cross-validation: measures features without keeping a
    /// head.
    /// </summary>
    /// <param name="features">The features.</param>
    /// <param name="labels">Their classes, 0 to <paramref name="classCount"/> − 1; every class occurs.</param>
    /// <param name="classCount">The number of classes, 2 or more.</param>
    /// <param name="options">The options; null for the default.</param>
    /// <param name="groups">The groups of rows, see <see cref="RowGroups"/>; null for none.</param>
    /// <param name="progress">Receives progress updates of the stage <see cref="TransferStage.FitHead"/>.</param>
    /// <param name="cancellationToken">Stops the work within one step.</param>
    /// <returns>The score of the strength that <c>Fit</c>
    /// would choose; null if no row can be held out because there is only one of each class, or one group.</returns>
    /// <exception cref="ArgumentException">
    /// Sizes do not match, a label is out of range, a class has no row, or a feature is not finite.
    /// </exception>
    internal static RegularizationScore? CrossValidate(
        FeatureMatrix features,
        ReadOnlySpan<int> labels,
        int classCount,
        LinearHeadOptions? options = null,
        int[]? groups = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        options ??= LinearHeadOptions.Default;
        OptionErrors.ThrowIfAny(options);
        HeadData.Check(features, labels, classCount, null, null);
        int threads = options.Threads ?? Environment.ProcessorCount;
        var space = new HeadSpace(features, byRows: null, threads, cancellationToken, classCount);
        var scores = new RegularizationSearch(space, labels.ToArray(), classCount, options, views: 1, groups, threads)
            .Run([.. options.RegularizationStrengths.Distinct().OrderDescending()], null, null, Shares(progress, 1), cancellationToken);
        Shares(progress, 1)?.Report(1);
        return scores.Count == 0 ? null : RegularizationChoice.Best(scores);
    }

    /// <summary>The probabilities of the classes: one row for each row of features, one column for each class.</summary>
    /// <param name="features">The features, N × <see cref="FeatureCount"/>.</param>
    /// <exception cref="ArgumentException">The features have another number of columns.</exception>
    public FeatureMatrix Probabilities(FeatureMatrix features)
    {
        ArgumentNullException.ThrowIfNull(features);
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

    /// <summary>The most probable class of each row of features, 0 to <see cref="ClassCount"/> − 1.</summary>
    /// <inheritdoc cref="Probabilities"/>
    public int[] Predict(FeatureMatrix features)
    {
        var probabilities = Probabilities(features);
        return [.. Enumerable.Range(0, features.Rows).Select(row => TensorPrimitives.IndexOfMax(probabilities[row]))];
    }

    /// <summary>The most probable class of one image's features.</summary>
    /// <param name="features"><see cref="FeatureCount"/> numbers.</param>
    /// <exception cref="ArgumentException">There is another number of features.</exception>
    public int Predict(ReadOnlySpan<float> features) => Predict(FeatureMatrix.Create(1, features.Length, features))[0];

    /// <summary>Appends the head to a graph and returns the name of the scores before softmax (the logits), N × classes.</summary>
    /// <param name="graph">The graph that grows.</param>
    /// <param name="features">The tensor of features, N × <see cref="FeatureCount"/>.</param>
    internal string AppendTo(GraphBuilder graph, string features)
    {
        string weights = graph.Initializer(graph.Unique("weight"), Weights, [ClassCount, FeatureCount]);
        string bias = graph.Initializer(graph.Unique("bias"), Bias, [ClassCount]);
        return graph.AddNamed(graph.Unique("logits"), "Gemm", [features, weights, bias], GraphBuilder.Attribute("transB", 1L));
    }

    private static IProgress<double>? Shares(IProgress<TransferProgress>? progress, double share) =>
        progress.Select<double>(done => new TransferProgress(TransferStage.FitHead, (long)(share * done * ProgressParts), ProgressParts));
}
