using Microsoft.ML;

namespace TransferLearning.MLNet;

/// <summary>
/// How an image classifier comes about in a pipeline: the choices of <see cref="TransferLearner"/> as one value. The options of the
/// scenarios are those of <see cref="TransferLearner.FeatureExtraction"/> and <see cref="TransferLearner.FineTuning"/>.
/// </summary>
/// <remarks>Immutable; safe for use from many threads as far as <see cref="Progress"/> is.</remarks>
public sealed record ImageClassificationOptions
{
    /// <summary>The value of <see cref="ImageColumnName"/> where none is given.</summary>
    public const string DefaultImageColumnName = "ImagePath";

    /// <summary>The value of <see cref="LabelColumnName"/> where none is given.</summary>
    public const string DefaultLabelColumnName = "Label";

    /// <summary>The value of <see cref="Top"/> where none is given.</summary>
    public const int DefaultTop = 5;

    /// <summary>The pretrained network. <value>The default is <see cref="Backbones.TinyResNet"/>.</value></summary>
    public Backbone Backbone { get; init; } = Backbones.TinyResNet;

    /// <summary>What is done with it. <value>The default is <see cref="TransferScenario.FeatureExtraction"/>.</value></summary>
    public TransferScenario Scenario { get; init; } = TransferScenario.FeatureExtraction;

    /// <summary>How the rows are measured in <see cref="TransferScenario.Auto"/>. <value>The default is null: the defaults.</value></summary>
    public TransferAdvisorOptions? Advisor { get; init; }

    /// <summary>
    /// How the head is fitted in <see cref="TransferScenario.FeatureExtraction"/>, also where <see cref="TransferScenario.Auto"/> comes to
    /// it. <value>The default is null: the defaults.</value>
    /// </summary>
    public FeatureExtractionOptions? FeatureExtraction { get; init; }

    /// <summary>
    /// What stays frozen and how the rest trains in <see cref="TransferScenario.FineTuning"/>; where <see cref="TransferScenario.Auto"/> comes
    /// to it, the advice replaces the freeze point. <value>The default is null: the defaults.</value>
    /// </summary>
    public FineTuningOptions? FineTuning { get; init; }

    /// <summary>The column of images; paths where there is training. <value>The default is <c>ImagePath</c>.</value></summary>
    public string ImageColumnName { get; init; } = DefaultImageColumnName;

    /// <summary>
    /// The column of classes: text, or a key as <c>MapValueToKey</c> makes it. The scores are in the order of the key, or in ordinal order of the
    /// text. <value>The default is <c>Label</c>.</value>
    /// </summary>
    public string LabelColumnName { get; init; } = DefaultLabelColumnName;

    /// <summary>
    /// Rows with the same columns to choose by: the strength of the head, the best epoch. <value>The default is null: chosen by
    /// cross-validation, or not at all.</value>
    /// </summary>
    public IDataView? ValidationSet { get; init; }

    /// <summary>
    /// How many classes the columns <c>TopLabels</c> and <c>TopProbabilities</c> have at most, 1 or more. <value>The default is 5.</value>
    /// </summary>
    public int Top { get; init; } = DefaultTop;

    /// <summary>Threads, batch size and execution provider. They are not part of a saved model.</summary>
    public ExecutionOptions Execution { get; init; } = ExecutionOptions.Default;

    /// <summary>Where weights are kept and how they are fetched.</summary>
    public WeightCacheOptions Weights { get; init; } = WeightCacheOptions.Default;

    /// <summary>Where features are kept from one training to the next. <value>The default is null: nowhere.</value></summary>
    public FeatureCache? Features { get; init; }

    /// <summary>Hears how far a training is. <value>The default is null.</value></summary>
    public IProgress<TransferProgress>? Progress { get; init; }

    /// <summary>Stops a training. <value>The default never does.</value></summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>The fluent form of these options.</summary>
    internal TransferLearner ToLearner()
    {
        var learner = TransferLearner.From(Backbone).WithExecution(Execution).WithWeightCache(Weights);
        return Features is null ? learner : learner.WithFeatureCache(Features);
    }

    /// <summary>Throws when values are out of range or contradict each other; one message lists every violation.</summary>
    internal void ThrowIfInvalid(string parameterName)
    {
        var violations = new List<string>();
        if (Backbone is null)
            violations.Add($"{nameof(Backbone)} must not be null");
        if (!Enum.IsDefined(Scenario))
            violations.Add($"{nameof(Scenario)} is {Scenario}; it must be a value of {nameof(TransferScenario)}");
        RequireScenario(Advisor, nameof(Advisor), TransferScenario.Auto);
        RequireScenario(FeatureExtraction, nameof(FeatureExtraction), TransferScenario.FeatureExtraction);
        RequireScenario(FineTuning, nameof(FineTuning), TransferScenario.FineTuning);
        if (Scenario == TransferScenario.Pretrained)
        {
            RequireTraining(ValidationSet, nameof(ValidationSet));
            RequireTraining(Features, nameof(Features));
        }

        if (string.IsNullOrEmpty(ImageColumnName))
            violations.Add($"{nameof(ImageColumnName)} must not be empty");
        if (string.IsNullOrEmpty(LabelColumnName))
            violations.Add($"{nameof(LabelColumnName)} must not be empty");
        if (!string.IsNullOrEmpty(ImageColumnName) && ImageColumnName == LabelColumnName)
            violations.Add($"{nameof(ImageColumnName)} and {nameof(LabelColumnName)} are both '{ImageColumnName}'");
        if (Top < 1)
            violations.Add(FormattableString.Invariant($"{nameof(Top)} is {Top}; it must be 1 or more"));
        if (Execution is null)
            violations.Add($"{nameof(Execution)} must not be null");
        else
            violations.AddRange(OptionErrors.Of(Execution));
        if (Weights is null)
            violations.Add($"{nameof(Weights)} must not be null");
        var errors = new OptionErrors();
        errors.CheckInside(Advisor);
        errors.CheckInside(FeatureExtraction);
        errors.CheckInside(FineTuning);
        bool validates = ValidationSet is not null;
        FeatureExtraction?.Mlp?.CheckValidation(errors, validates);
        FineTuning?.CheckValidation(errors, validates);
        violations.AddRange(errors.Errors);
        if (violations.Count > 0)
            throw new ArgumentException($"The image classification options are not valid: {string.Join("; ", violations)}.", parameterName);

        void RequireScenario(object? value, string name, TransferScenario scenario)
        {
            if (value is not null && Scenario != scenario && Scenario != TransferScenario.Auto)
                violations.Add($"{name} is given, but {nameof(Scenario)} is {Scenario}; set it to {scenario}, or leave {name} out");
        }

        void RequireTraining(object? value, string name)
        {
            if (value is not null)
                violations.Add($"{name} is given, but nothing is trained when {nameof(Scenario)} is {Scenario}");
        }
    }
}
