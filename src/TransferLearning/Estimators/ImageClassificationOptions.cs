using Microsoft.ML;

namespace TransferLearning.MLNet;

/// <summary>
/// How an image classifier is made in a pipeline: the choices of <see cref="TransferLearner"/> as one value, and the names of the columns.
/// </summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed record ImageClassificationOptions : ICheckedOptions
{
    internal const string DefaultImageColumnName = "ImagePath";
    internal const int DefaultTop = 5;

    /// <summary>The pretrained network. <value>The default is <see cref="Backbones.TinyResNet"/>.</value></summary>
    public Backbone Backbone { get; init; } = Backbones.TinyResNet;

    /// <summary>
    /// How images that are not square are brought to the input size, in training and in the saved model. <value>The default is null: as the
    /// network was trained.</value>
    /// </summary>
    public ImageResizeMode? Resize { get; init; }

    /// <summary>What is done with it. <value>The default is <see cref="TransferScenario.FeatureExtraction"/>.</value></summary>
    public TransferScenario Scenario { get; init; } = TransferScenario.FeatureExtraction;

    /// <summary>
    /// How the rows are measured in <see cref="TransferScenario.Auto"/>. <value>The default is null: the defaults.</value>
    /// </summary>
    public TransferAdvisorOptions? Advisor { get; init; }

    /// <summary>
    /// How the head is fitted in <see cref="TransferScenario.FeatureExtraction"/>, also where <see cref="TransferScenario.Auto"/> chooses
    /// it. <value>The default is null: the defaults.</value>
    /// </summary>
    public FeatureExtractionOptions? FeatureExtraction { get; init; }

    /// <summary>
    /// What stays frozen and how the rest trains in <see cref="TransferScenario.FineTuning"/>; where <see cref="TransferScenario.Auto"/>
    /// chooses it, the advice replaces the freeze point. <value>The default is null: the defaults.</value>
    /// </summary>
    public FineTuningOptions? FineTuning { get; init; }

    /// <summary>
    /// The column of images: paths (text), the content of image files (a vector of bytes) or <c>MLImage</c>. <value>The default is
    /// <c>ImagePath</c>.</value>
    /// </summary>
    public string ImageColumnName { get; init; } = DefaultImageColumnName;

    /// <summary>
    /// The column of classes: text, or a key as <c>MapValueToKey</c> makes it. The scores are in the order of the key, or in ordinal order
    /// of the text. <value>The default is <c>Label</c>.</value>
    /// </summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>
    /// A text column that says what images belong together, such as a film or a patient, for instance that of
    /// <see cref="TransferLearningCatalog.LoadImageFolder"/>: a group that is in the training rows and in <see cref="ValidationSet"/> is
    /// refused. <value>The default is null: there are no groups.</value>
    /// </summary>
    public string? GroupColumnName { get; init; }

    /// <summary>The added column of probabilities. <value>The default is <c>Score</c>.</value></summary>
    public string ScoreColumnName { get; init; } = "Score";

    /// <summary>The added column of the most probable class, a key. <value>The default is <c>PredictedLabel</c>.</value></summary>
    public string PredictedLabelColumnName { get; init; } = "PredictedLabel";

    /// <summary>The added column of its name, text. <value>The default is <c>PredictedLabelText</c>.</value></summary>
    public string PredictedLabelTextColumnName { get; init; } = "PredictedLabelText";

    /// <summary>
    /// The added column of the names of the most probable classes, best first. <value>The default is <c>TopLabels</c>.</value>
    /// </summary>
    public string TopLabelsColumnName { get; init; } = "TopLabels";

    /// <summary>The added column of their probabilities. <value>The default is <c>TopProbabilities</c>.</value></summary>
    public string TopProbabilitiesColumnName { get; init; } = "TopProbabilities";

    /// <summary>How many classes the last two columns have at most, 1 or more. <value>The default is 5.</value></summary>
    public int Top { get; init; } = DefaultTop;

    /// <summary>
    /// Rows with the same columns, by which the regularization of the head and the best epoch are chosen. <value>The default is null:
    /// chosen by cross-validation, or not at all.</value>
    /// </summary>
    public IDataView? ValidationSet { get; init; }

    /// <summary>Threads, batch size and execution provider. They are not part of a saved model.</summary>
    public ExecutionOptions Execution { get; init; } = ExecutionOptions.Default;

    /// <summary>Where weights are kept and how they are downloaded.</summary>
    public WeightCacheOptions Weights { get; init; } = WeightCacheOptions.Default;

    /// <summary>Where features are kept from one training to the next. <value>The default is null: nowhere.</value></summary>
    public FeatureCache? Features { get; init; }

    /// <summary>The learner with these options.</summary>
    internal TransferLearner ToLearner()
    {
        var learner = TransferLearner.From(Backbone).WithExecution(Execution).WithWeightCache(Weights);
        if (Resize is { } resize)
            learner = learner.WithResize(resize);
        return Features is null ? learner : learner.WithFeatureCache(Features);
    }

    /// <summary>The columns that a classifier adds.</summary>
    internal IReadOnlyList<NetworkColumn> Columns(IReadOnlyList<string> labels)
    {
        int top = Math.Min(Top, labels.Count);
        return
        [
            new NetworkColumn.Numbers(ScoreColumnName, labels.Count, labels),
            new NetworkColumn.PredictedKey(PredictedLabelColumnName, labels),
            new NetworkColumn.PredictedText(PredictedLabelTextColumnName, labels),
            new NetworkColumn.TopLabels(TopLabelsColumnName, labels, top),
            new NetworkColumn.TopProbabilities(TopProbabilitiesColumnName, labels, top),
        ];
    }

    void ICheckedOptions.Check(OptionErrors errors)
    {
        errors.RequireNotNull(Backbone);
        if (Resize is { } resize)
            errors.RequireDefined(resize, nameof(Resize));
        errors.RequireDefined(Scenario);
        RequireScenario(Advisor, nameof(Advisor), TransferScenario.Auto);
        RequireScenario(FeatureExtraction, nameof(FeatureExtraction), TransferScenario.FeatureExtraction);
        RequireScenario(FineTuning, nameof(FineTuning), TransferScenario.FineTuning);
        RequireTraining(ValidationSet, nameof(ValidationSet));
        RequireTraining(Features, nameof(Features));
        CheckNames(errors);
        errors.Require(Top >= 1, Top, "1 or more");
        errors.RequireValid(Execution);
        errors.RequireValid(Weights);
        errors.CheckInside(Advisor);
        errors.CheckInside(FeatureExtraction);
        errors.CheckInside(FineTuning);
        FeatureExtraction?.Mlp?.CheckValidation(errors, ValidationSet is not null);
        FineTuning?.CheckValidation(errors, ValidationSet is not null);

        void RequireScenario(object? value, string name, TransferScenario scenario)
        {
            if (value is not null && Scenario != scenario && Scenario != TransferScenario.Auto)
                errors.Add(name, $"is given, but {nameof(Scenario)} is {Scenario}; set it to {scenario}, or leave {name} out");
        }

        void RequireTraining(object? value, string name)
        {
            if (value is not null && Scenario == TransferScenario.Pretrained)
                errors.Add(name, $"is given, but nothing is trained when {nameof(Scenario)} is {Scenario}");
        }
    }

    private void CheckNames(OptionErrors errors)
    {
        (string Option, string Name)[] outputs =
        [
            (nameof(ScoreColumnName), ScoreColumnName),
            (nameof(PredictedLabelColumnName), PredictedLabelColumnName),
            (nameof(PredictedLabelTextColumnName), PredictedLabelTextColumnName),
            (nameof(TopLabelsColumnName), TopLabelsColumnName),
            (nameof(TopProbabilitiesColumnName), TopProbabilitiesColumnName),
        ];
        (string Option, string Name)[] inputs = [(nameof(ImageColumnName), ImageColumnName), (nameof(LabelColumnName), LabelColumnName)];
        foreach (var (option, name) in inputs.Concat(outputs))
            errors.Require(!string.IsNullOrEmpty(name), name, "the name of a column", option);
        foreach (var same in inputs.GroupBy(entry => entry.Name).Concat(outputs.GroupBy(entry => entry.Name)))
        {
            if (same.Count() > 1 && !string.IsNullOrEmpty(same.Key))
                errors.Add(string.Join(" and ", same.Select(entry => entry.Option)), $"are both '{same.Key}'; use different names");
        }
    }
}
