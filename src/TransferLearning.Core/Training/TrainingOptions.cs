using System.Globalization;

namespace TransferLearning;

/// <summary>What every training by gradient descent has in common. Values are checked once, when training starts.</summary>
/// <remarks>Immutable, safe for use from many threads.</remarks>
public abstract record TrainingOptions
{
    private protected TrainingOptions()
    {
    }

    /// <summary>How often every training image is seen, 1 or more.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>The number of images of a step, 1 or more. <value>The default is 32.</value></summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>The highest learning rate, above 0; <see cref="Schedule"/> tells how it changes.</summary>
    public double LearningRate { get; init; } = 0.01;

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
    public IReadOnlyList<double>? ClassWeights { get; init; }

    /// <summary>
    /// Whether rare classes count more, each in inverse proportion to its number of images; instead of <see cref="ClassWeights"/>.
    /// <value>The default is false.</value>
    /// </summary>
    public bool BalanceClasses { get; init; }

    /// <summary>
    /// The Euclidean length above which all gradients of a step are shortened together (Pascanu et al., 2013). Null: never.
    /// </summary>
    public double? GradientClipping { get; init; }

    /// <summary>Ends training when it no longer helps. Null: all epochs run.</summary>
    public EarlyStopping? EarlyStopping { get; init; }

    /// <summary>Lowers the learning rate when training no longer helps. Null: only <see cref="Schedule"/> changes it.</summary>
    public ReduceOnPlateau? ReduceOnPlateau { get; init; }

    /// <summary>
    /// The folder for the checkpoint of the run, made if it does not exist. A run that finds one of its own there goes on from it, to the
    /// same
    /// weights as an unbroken run; so broken runs are resumed by starting them again. Null: no checkpoints.
    /// </summary>
    public string? CheckpointFolder { get; init; }

    /// <summary>
    /// After how many steps a checkpoint is written, besides at the end of each epoch and when cancelled; 1 or more. Null: not within
    /// epochs.
    /// </summary>
    public int? CheckpointEverySteps { get; init; }

    /// <summary>
    /// The start of all randomness: initial weights, order, dropout. The same seed, data, options and number of threads give the same
    /// weights,
    /// bit for bit. <value>The default is 0.</value>
    /// </summary>
    public int Seed { get; init; }

    /// <summary>How much of the machine training may use, and on which execution provider it runs.</summary>
    public ExecutionOptions Execution { get; init; } = ExecutionOptions.Default;

    /// <summary>Checks all values.</summary>
    /// <param name="classCount">The number of classes.</param>
    /// <param name="hasValidation">Whether there are validation images.</param>
    /// <exception cref="ArgumentException">The message lists every violation.</exception>
    internal void Validate(int classCount, bool hasValidation)
    {
        var violations = Violations(classCount, hasValidation);
        if (violations.Count > 0)
            throw new ArgumentException($"The training options are not valid: {string.Join("; ", violations)}.");
    }

    /// <summary>Lists what is out of range; empty when everything is in order.</summary>
    /// <param name="classCount">The number of classes; null where it is not known yet.</param>
    /// <param name="hasValidation">Whether there are validation images.</param>
    internal List<string> Violations(int? classCount, bool hasValidation)
    {
        var violations = new List<string>();
        AddViolations(classCount ?? ClassWeights?.Count ?? 0, hasValidation, violations);
        return violations;
    }

    private protected virtual void AddViolations(int classCount, bool hasValidation, List<string> violations)
    {
        Require(Epochs >= 1, $"Epochs must be 1 or more, not {Epochs}");
        Require(BatchSize >= 1, $"BatchSize must be 1 or more, not {BatchSize}");
        Require(LearningRate > 0 && double.IsFinite(LearningRate), $"LearningRate must be above 0, not {LearningRate}");
        Require(LabelSmoothing is >= 0 and < 1, $"LabelSmoothing must be in [0, 1), not {LabelSmoothing}");
        Require(Mixup is >= 0 and <= 1, $"Mixup must be in [0, 1], not {Mixup}");
        Require(CutMix is >= 0 and <= 1, $"CutMix must be in [0, 1], not {CutMix}");
        Require(GradientClipping is null or > 0, $"GradientClipping must be above 0 or null, not {GradientClipping}");
        Require(CheckpointFolder is not "", $"CheckpointFolder must be a folder or null, not empty");
        Require(CheckpointEverySteps is null or >= 1, $"CheckpointEverySteps must be 1 or more or null, not {CheckpointEverySteps}");
        Require(!BalanceClasses || ClassWeights is null, $"BalanceClasses and ClassWeights exclude each other");
        if (ClassWeights is { } weights)
        {
            Require(weights.Count == classCount, $"ClassWeights has {weights.Count} values for {classCount} classes");
            Require(weights.All(weight => weight > 0 && double.IsFinite(weight)), $"ClassWeights must all be above 0");
        }

        if (Optimizer is null)
            violations.Add("Optimizer must not be null");
        else
            Optimizer.AddViolations(violations);
        Require(Schedule is not null, $"Schedule must not be null");
        Require(Execution is not null, $"Execution must not be null");
        EarlyStopping?.AddViolations(hasValidation, violations);
        ReduceOnPlateau?.AddViolations(hasValidation, violations);

        void Require(bool holds, FormattableString violation)
        {
            if (!holds)
                violations.Add(violation.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Everything that has a say in the resulting weights, so that a checkpoint is never continued with other settings.</summary>
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
        yield return Entry(nameof(EarlyStopping), $"{EarlyStopping?.Describe()}");
        yield return Entry(nameof(ReduceOnPlateau), $"{ReduceOnPlateau?.Describe()}");
        yield return Entry(nameof(Seed), $"{Seed}");

        static string Invariant(double value) => value.ToString("R", CultureInfo.InvariantCulture);
    }

    /// <summary>Everything that was chosen, by name, for the record in the model's file: <see cref="Describe"/> and what comes before the training.</summary>
    internal virtual IEnumerable<KeyValuePair<string, string>> Settings() => Describe();

    private protected static KeyValuePair<string, string> Entry(string name, FormattableString value) =>
        new(name, value.ToString(CultureInfo.InvariantCulture));
}
