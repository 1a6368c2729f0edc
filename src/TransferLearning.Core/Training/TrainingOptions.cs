using System.Globalization;
using System.Numerics;

namespace TransferLearning;

/// <summary>What every training by gradient descent has in common. Values are checked where the options are handed over.</summary>
/// <remarks>Immutable, safe for use from many threads.</remarks>
public abstract record TrainingOptions : ICheckedOptions
{
    private const int DefaultEpochs = 10;
    private const double DefaultRate = 0.01;

    private protected TrainingOptions()
    {
    }

    /// <summary>
    /// How often every training image is seen, 1 or more. Null: as the scenario chooses by the number of training images, more often
    /// where there are few.
    /// </summary>
    public int? Epochs { get; init; }

    /// <summary>
    /// The number of images of a step, 1 or more. Null: 32, and fewer where an epoch would have fewer than 8 steps. <value>The default is
    /// null.</value>
    /// </summary>
    public int? BatchSize { get; init; }

    /// <summary>
    /// The highest learning rate, above 0; <see cref="Schedule"/> tells how it changes. Null: the default of the scenario.
    /// </summary>
    public double? LearningRate { get; init; }

    /// <summary>The rule that turns gradients into new weights.</summary>
    public OptimizerOptions Optimizer { get; init; } = new SgdOptions();

    /// <summary>How the learning rate changes while training.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Constant;

    /// <summary>
    /// The share of certainty that is taken from the right class and spread over all classes, in [0, 1) (Szegedy et al., 2016).
    /// </summary>
    public double LabelSmoothing { get; init; }

    /// <summary>
    /// The α of mixup, in [0, 1]: the share by which every example is blended with another one of its batch is drawn from Beta(α, α)
    /// (Zhang et al., 2018; here on the activations at the cut). 0 is without. <value>The default is 0; 0.2 for fine-tuning.</value>
    /// </summary>
    public double Mixup { get; init; }

    /// <summary>
    /// The α of CutMix, in [0, 1]: a rectangle of another example of the batch is pasted over every example, and the classes count by the
    /// area that shows them (Yun et al., 2019). The area is drawn from Beta(α, α), up to a half, since an example keeps the larger part of
    /// itself. 0 is without; with <see cref="Mixup"/> too, each example draws one of the two. <value>The default is 0.</value>
    /// </summary>
    /// <remarks>
    /// It works on the tensor at the cut: on the pixels where nothing is frozen, as in the paper; else on feature maps, all channels of a
    /// place together. There the frozen part has seen each image alone, so that the edges of the rectangle leave no trace, and a place
    /// of the map stands for its receptive field. Where the cut has no height and width (a vector, tokens), it is refused.
    /// </remarks>
    public double CutMix { get; init; }

    /// <summary>
    /// How much an example counts by its class, a number above 0 for each class, as Keras' <c>class_weight</c>. Null: all alike.
    /// </summary>
    public IReadOnlyList<double>? ClassWeights { get; init => field = ValueList<double>.Of(value); }

    /// <summary>
    /// Whether rare classes count more, each in inverse proportion to its number of images; instead of <see cref="ClassWeights"/>.
    /// <value>The default is false.</value>
    /// </summary>
    public bool BalanceClasses { get; init; }

    /// <summary>
    /// The Euclidean length above which all gradients of a step are shortened together (Pascanu et al., 2013). Null: never.
    /// </summary>
    public double? GradientClipping { get; init; }

    /// <summary>
    /// The share of its weights' Euclidean length above which the gradient of each row of weights is shortened, above 0: adaptive gradient
    /// clipping (Brock et al., 2021), for networks without normalization, in which nothing else relates the size of a step to the size of
    /// the weights. It comes before <see cref="GradientClipping"/>. Null: never.
    /// </summary>
    public double? AdaptiveClipping { get; init; }

    /// <summary>Ends training when it no longer helps. Null: all epochs run.</summary>
    public EarlyStopping? EarlyStopping { get; init; }

    /// <summary>Lowers the learning rate when training no longer helps. Null: only <see cref="Schedule"/> changes it.</summary>
    public ReduceOnPlateau? ReduceOnPlateau { get; init; }

    /// <summary>
    /// The folder for the checkpoint of the run, made if it does not exist. A run that finds one of its own there resumes from it, to the
    /// same weights as an unbroken run; so interrupted runs are resumed by starting them again. Null: no checkpoints.
    /// </summary>
    public string? CheckpointFolder { get; init; }

    /// <summary>
    /// Which options may differ from those of the run in <see cref="CheckpointFolder"/>; all else must be equal. Finished epochs stay as
    /// they are, those that follow are as in a run that had the new values from its start, and a note names what changed. A run that
    /// fell below its start has ended, whatever the changes. <value>The default is none.</value>
    /// </summary>
    public ResumeChanges ResumeChanges { get; init; }

    /// <summary>
    /// After how many steps a checkpoint is written, besides at the end of each epoch and when cancelled; 1 or more. Null: not within
    /// epochs.
    /// </summary>
    public int? CheckpointEverySteps { get; init; }

    /// <summary>
    /// Whether a cancelled training ends with the best epoch so far, where one is finished, instead of an
    /// <see cref="OperationCanceledException"/>. <value>The default is false.</value>
    /// </summary>
    public bool KeepBestWhenCancelled { get; init; }

    /// <summary>
    /// The seed of all randomness: initial weights, order, dropout. The same seed, data, options and number of threads give the same
    /// weights, bit for bit. <value>The default is 0.</value>
    /// </summary>
    public int Seed { get; init; }

    /// <summary>How much of the machine training may use, and on which execution provider it runs; set by the learner.</summary>
    internal ExecutionOptions Execution { get; init; } = ExecutionOptions.Default;

    /// <summary>The number of images of a step for so many training images.</summary>
    internal int BatchSizeFor(int images) => BatchSize ?? Math.Clamp((int)BitOperations.RoundUpToPowerOf2((uint)images / 8), 8, 32);

    /// <summary>The number of epochs for so many training images.</summary>
    internal virtual int EpochsFor(int images) => Epochs ?? DefaultEpochs;

    /// <summary>The learning rate where none is found on the data.</summary>
    internal virtual double RateOrDefault => LearningRate ?? DefaultRate;

    /// <summary>These options with numbers for all that was left open.</summary>
    internal TrainingOptions Resolved(int images) =>
        this with { Epochs = EpochsFor(images), BatchSize = BatchSizeFor(images), LearningRate = RateOrDefault };

    /// <summary>
    /// Whether training starts from a head that was fitted: then the start is a candidate for the model, and a run that falls far below it
    /// starts again at a lower rate.
    /// </summary>
    internal virtual bool StartsFitted => false;

    /// <summary>When the run is given up because others compete with it; null for never.</summary>
    internal RaceLimits? Race { get; init; }

    /// <summary>Checks all values, those included that depend on the data.</summary>
    /// <param name="classCount">The number of classes.</param>
    /// <param name="hasValidation">Whether there are validation images.</param>
    /// <exception cref="ArgumentException">A value is out of range; the message lists every one.</exception>
    internal void Validate(int classCount, bool hasValidation) => OptionErrors.ThrowIfAny(
        this,
        errors =>
        {
            Check(errors);
            CheckValidation(errors, hasValidation);
            if (ClassWeights is { } weights)
                errors.Require(
                    weights.Count == classCount,
                    weights.Count,
                    $"{classCount} weights, one for each class",
                    $"{nameof(ClassWeights)}.Count");
        },
        "options");

    /// <summary>Adds what needs validation images where there are none.</summary>
    internal virtual void CheckValidation(OptionErrors errors, bool hasValidation)
    {
        Require(EarlyStopping?.Metric, nameof(EarlyStopping));
        Require(ReduceOnPlateau?.Metric, nameof(ReduceOnPlateau));

        void Require(TrainingMetric? metric, string name)
        {
            if (!hasValidation && metric is { } watched && watched.NeedsValidation())
                errors.Add(
                    $"{name}.Metric", $"is {watched}, but there are no validation images: watch {TrainingMetric.Loss}, or give some");
        }
    }

    void ICheckedOptions.Check(OptionErrors errors) => Check(errors);

    private protected virtual void Check(OptionErrors errors)
    {
        errors.Require(Epochs is null or >= 1, Epochs, "1 or more");
        errors.Require(BatchSize is null or >= 1, BatchSize, "1 or more");
        errors.Require(LearningRate is null || (LearningRate > 0 && double.IsFinite(LearningRate.Value)), LearningRate, "above 0");
        errors.Require(LabelSmoothing is >= 0 and < 1, LabelSmoothing, "in [0, 1)");
        errors.Require(Mixup is >= 0 and <= 1, Mixup, "in [0, 1]");
        errors.Require(CutMix is >= 0 and <= 1, CutMix, "in [0, 1]");
        errors.Require(GradientClipping is null or > 0, GradientClipping, "null or above 0");
        errors.Require(AdaptiveClipping is null or > 0, AdaptiveClipping, "null or above 0");
        errors.Require(CheckpointFolder is not "", CheckpointFolder, "null or a folder");
        errors.Require((ResumeChanges & ~ResumeChanges.All) == 0, ResumeChanges, "a combination of the named values");
        errors.Require(CheckpointEverySteps is null or >= 1, CheckpointEverySteps, "null or 1 or more");
        if (ClassWeights is { } weights)
        {
            if (BalanceClasses)
                errors.Add(nameof(BalanceClasses), $"and {nameof(ClassWeights)} exclude each other");
            foreach (double weight in weights.Where(weight => !(weight > 0 && double.IsFinite(weight))))
                errors.Require(false, weight, "above 0, as each weight", nameof(ClassWeights));
        }

        errors.RequireValid(Optimizer);
        errors.RequireNotNull(Schedule);
        errors.CheckInside(EarlyStopping);
        errors.CheckInside(ReduceOnPlateau);
    }

    /// <summary>Everything that influences the resulting weights, so that a checkpoint is never resumed with other settings.</summary>
    internal virtual IEnumerable<KeyValuePair<string, string>> Describe()
    {
        yield return Entry(nameof(Epochs), $"{Epochs}");
        yield return Entry(nameof(BatchSize), $"{BatchSize}");
        yield return Entry(nameof(LearningRate), $"{LearningRate:R}");
        yield return Entry(nameof(Optimizer), $"{Optimizer.Describe()}");
        yield return Entry(nameof(Schedule), $"{Schedule}");
        yield return Entry(nameof(LabelSmoothing), $"{LabelSmoothing:R}");
        yield return Entry(nameof(Mixup), $"{Mixup:R}");
        yield return Entry(nameof(CutMix), $"{CutMix:R}");
        yield return Entry(nameof(ClassWeights), $"{(ClassWeights is null ? "" : string.Join(' ', ClassWeights.Select(Invariant)))}");
        yield return Entry(nameof(BalanceClasses), $"{BalanceClasses}");
        yield return Entry(nameof(GradientClipping), $"{GradientClipping:R}");
        yield return Entry(nameof(AdaptiveClipping), $"{AdaptiveClipping:R}");
        yield return Entry(nameof(EarlyStopping), $"{EarlyStopping?.Describe()}");
        yield return Entry(nameof(ReduceOnPlateau), $"{ReduceOnPlateau?.Describe()}");
        yield return Entry(nameof(Seed), $"{Seed}");

        static string Invariant(double value) => value.ToString("R", CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// Everything that was chosen, by name, for the record in the model's file: <see cref="Describe"/> and what comes before the training.
    /// </summary>
    internal virtual IEnumerable<KeyValuePair<string, string>> Settings() => Describe();

    private protected static KeyValuePair<string, string> Entry(string name, FormattableString value) =>
        new(name, value.ToString(CultureInfo.InvariantCulture));
}
