namespace TransferLearning;

/// <content>Fitting to features that do not fit in memory.</content>
public sealed partial class LinearHead
{
    /// <summary>
    /// Fits a head to any number of rows in bounded memory. The same rows and options give the same head; where all rows fit in 100 MB it
    /// is the head of <see cref="Fit(FeatureMatrix, ReadOnlySpan{int}, int, FeatureMatrix, int[], LinearHeadOptions,
    /// IReadOnlyList{string}, IProgress{TransferProgress}, CancellationToken)"/>.
    /// </summary>
    /// <remarks>
    /// A head on a sample chooses the strength of the penalty and the start; L-BFGS over all rows follows. The memory is about 1.2 GB
    /// for 1,280 features and 100 classes, and 3 GB for 1,000 classes, however many rows there are.
    /// </remarks>
    /// <param name="train">The training rows; every class occurs.</param>
    /// <param name="classCount">The number of classes, 2 or more.</param>
    /// <param name="validation">Rows that help to choose the strength of the penalty, and nothing else; null for none.</param>
    /// <param name="options">The options; null for the default.</param>
    /// <param name="progress">Receives progress updates of the stage <see cref="TransferStage.FitHead"/>.</param>
    /// <param name="cancellationToken">Stops the work within one part of a pass.</param>
    /// <exception cref="ArgumentException">
    /// Sizes do not match, a label is out of range, a class has no row, or the options are not valid.
    /// </exception>
    public static Task<LinearHead> FitAsync(
        FeatureTable train,
        int classCount,
        FeatureTable? validation = null,
        LinearHeadOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default) => Task.Run(
        () => Fit(train, classCount, validation, options, StreamedHead.NumbersOfSample, progress, cancellationToken), cancellationToken);

    /// <summary>As the other overload, with a sample of any size.</summary>
    internal static LinearHead Fit(
        FeatureTable train,
        int classCount,
        FeatureTable? validation,
        LinearHeadOptions? options,
        long numbersOfSample,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        options ??= LinearHeadOptions.Default;
        OptionErrors.ThrowIfAny(options);
        HeadData.Check(train, classCount, validation);
        var head = new StreamedHead(train, classCount, options, options.Threads ?? Environment.ProcessorCount, cancellationToken)
            .Fit(validation, numbersOfSample, Shares(progress, 1));
        Shares(progress, 1)?.Report(1);
        return head;
    }
}
