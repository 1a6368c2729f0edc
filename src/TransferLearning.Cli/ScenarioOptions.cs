using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace TransferLearning.Cli;

/// <summary>Trains a classifier with the given options.</summary>
internal delegate Task<ImageClassifier> Fit(
    ImageDataset dataset, IProgress<TransferProgress>? progress, CancellationToken cancellationToken);

/// <summary>The scenario of <c>train</c>, and the options that belong to it.</summary>
internal sealed class ScenarioOptions
{
    private const string Features = "feature-extraction";
    private const string FineTune = "fine-tuning";
    private const string Scratch = "from-scratch";
    private const string Auto = "auto";
    private const string Linear = "linear";
    private const string Mlp = "mlp";
    private const string Balanced = "balanced";

    private readonly Option<string> _scenario = ChoiceOption.Of(
        "--scenario",
        $"{Auto}: measure the other two and take the better one. {Features}: train a new head on the frozen backbone. {FineTune}: train " +
            $"the last part of the backbone too. {Scratch}: train the whole network from random weights, for comparison. Options of a " +
            $"training without --scenario mean {Features}.",
        Auto,
        Features,
        FineTune,
        Scratch);

    private readonly Option<TimeSpan?> _budget = DurationOption.Optional(
        "--budget", $"{Auto}: the time for all candidates together, for instance 90s, 2m or 1h (default: by the time of {Features}).");

    private readonly Option<string> _head = ChoiceOption.Of(
        "--head", $"{Features}: a linear head, or a multi-layer perceptron with one hidden layer of 64 units (mlp).", Linear, Mlp);

    private readonly FreezeOptions _freeze = new();
    private readonly Option<int?> _epochs = NumberOption.OptionalWhole(
        "--epochs",
        $"The number of passes over the training images{Defaults(options => options.Epochs, "more for few images")}.",
        least: 1);

    private readonly Option<int?> _batchSize = NumberOption.OptionalWhole(
        "--batch-size",
        $"The number of images in a training step{Defaults(options => options.BatchSize, "32, fewer for few images")}.",
        least: 1);

    private readonly Option<double?> _learningRate = NumberOption.OptionalPositive(
        "--learning-rate", $"The maximum learning rate{Defaults(options => options.LearningRate, "0.001, lower where that fails")}.");

    private readonly Option<int?> _earlyStopping = NumberOption.OptionalWhole(
        "--early-stopping",
        $"Stop after N epochs without a lower validation loss (default: {FineTune} a third of the epochs; 0 for never).",
        least: 0);

    private readonly Option<string?> _optimizer = ChoiceOption.Optional(
        "--optimizer",
        $"The optimizer (default: {FineTune} and {Scratch} adamw, {Mlp} adam).",
        "sgd",
        "nesterov",
        "adam",
        "adamw");

    private readonly Option<double?> _mixup = NumberOption.OptionalShare(
        "--mixup", $"{FineTune}, {Scratch}: the α of mixup, which blends pairs of images; 0 for none.");

    private readonly Option<double?> _cutMix = NumberOption.OptionalShare(
        "--cutmix", $"{FineTune}, {Scratch}: the α of CutMix, which replaces a rectangle of an image by one of another; 0 for none.");

    private readonly Option<int?> _views = NumberOption.OptionalWhole(
        "--views",
        "The number of augmented views of every training image: randomly cropped, rotated, and changed in colour.",
        least: 1,
        most: 100);

    private readonly Option<string> _classWeights = ChoiceOption.Of(
        "--class-weights",
        "counted: every image counts the same. balanced: every class does, so that rare classes are found more often, with more false " +
        "alarms.",
        "counted",
        Balanced);

    private readonly AugmentationOptions _augmentation = new();

    private Option[] Descent =>
        [_epochs, _batchSize, _learningRate, _earlyStopping, _optimizer, .. Checkpoint.All];

    private Option[] Training => [.. Descent, _mixup, _cutMix, _views];

    /// <summary>The name of a scenario on the command line and in the output.</summary>
    public static string NameOf(TransferScenario scenario) => scenario switch
    {
        TransferScenario.FeatureExtraction => Features,
        TransferScenario.FineTuning => FineTune,
        TransferScenario.FromScratch => Scratch,
        TransferScenario.Auto => Auto,
        _ => "pretrained",
    };

    /// <summary>The options of checkpoints.</summary>
    public CheckpointOptions Checkpoint { get; } = new();

    public void AddTo(Command command)
    {
        command.Add(_scenario);
        command.Add(_head);
        command.Add(_budget);
        _freeze.AddTo(command);
        foreach (Option option in (Option[])[.. Training, _classWeights])
            command.Add(option);
        _augmentation.AddTo(command);
        command.Validators.Add(result =>
        {
            string scenario = ChoiceOption.TextOf(result, _scenario) ?? (IsTrainingGiven(result) ? Features : Auto);
            if (scenario != Auto && result.IsGiven(_budget))
                result.AddError($"--budget needs --scenario {Auto}, which takes no options of a training.");
            if (scenario == Auto)
            {
                if (IsTrainingGiven(result))
                {
                    result.AddError(
                        $"--scenario {Auto} takes no options of a training; choose --scenario {Features} or {FineTune} for them.");
                }

                return;
            }

            // An invalid word is reported by its option; the checks below would only add confusing errors.
            string head = ChoiceOption.TextOf(result, _head) ?? Linear;
            if (scenario is not (Features or FineTune or Scratch) || head is not (Linear or Mlp))
                return;
            bool fineTunes = scenario == FineTune;
            bool descends = fineTunes || scenario == Scratch;
            bool mlp = !descends && head == Mlp;
            foreach (var option in Descent)
            {
                if (!descends && !mlp && result.IsGiven(option))
                {
                    result.AddError(
                        $"{option.Name} needs --scenario {FineTune} or {Scratch}, or --head {Mlp}; a linear head has no such option.");
                }
            }

            if (!fineTunes && _freeze.IsGiven(result))
            {
                result.AddError(
                    $"A freeze point needs --scenario {FineTune}; {Features} freezes the whole backbone, and {Scratch} freezes nothing.");
            }

            foreach (var option in new Option[] { _mixup, _cutMix })
            {
                if (!descends && result.IsGiven(option))
                    result.AddError($"{option.Name} needs --scenario {FineTune} or {Scratch}.");
            }

            if (_augmentation.Given(result) is { } given && !result.IsGiven(_views))
                result.AddError($"{given.Name} needs --views.");
            if (descends && result.IsGiven(_head))
                result.AddError($"--head needs --scenario {Features}.");
        });
    }

    /// <summary>The training with the given options.</summary>
    public Fit Read(ParseResult parsed, TransferLearner learner, string output, int seed, UndecodableImages undecodable)
    {
        string scenario = parsed.CommandResult.IsGiven(_scenario) || !IsTrainingGiven(parsed.CommandResult)
            ? parsed.GetRequiredValue(_scenario)
            : Features;
        if (scenario == Auto)
        {
            return learner.Auto(
                new TransferAdvisorOptions { Seed = seed, Undecodable = undecodable, Budget = parsed.GetValue(_budget) },
                new FeatureExtractionOptions { Head = LinearHead(parsed, seed), Undecodable = undecodable },
                new FineTuningOptions { Seed = seed, Undecodable = undecodable, BalanceClasses = IsBalanced(parsed) }).FitAsync;
        }

        if (scenario == FineTune)
        {
            var options = WithMixing(WithGiven(new FineTuningOptions { Seed = seed, Undecodable = undecodable }, parsed, output), parsed);
            return learner.FineTuning(options with { Freeze = _freeze.Read(parsed) ?? options.Freeze, Views = Views(parsed) }).FitAsync;
        }

        if (scenario == Scratch)
        {
            var options = WithMixing(WithGiven(new ScratchOptions { Seed = seed, Undecodable = undecodable }, parsed, output), parsed);
            return learner.FromScratch(options with { Views = Views(parsed) }).FitAsync;
        }

        return learner.FeatureExtraction(Extraction(parsed, output, seed) with { Undecodable = undecodable }).FitAsync;
    }

    /// <summary>The options that a head on features has, without an image.</summary>
    public Option[] OfHead => [_head, _epochs, _batchSize, _learningRate, _earlyStopping, _optimizer, _classWeights];

    /// <summary>The head with the given options.</summary>
    public FeatureExtractionOptions Extraction(ParseResult parsed, string output, int seed) => new()
    {
        Head = LinearHead(parsed, seed),
        Mlp = parsed.GetValue(_head) == Mlp ? WithGiven(new MlpHeadOptions { Seed = seed }, parsed, output) : null,
        Views = Views(parsed),
    };

    private T WithGiven<T>(T options, ParseResult parsed, string output)
        where T : TrainingOptions => (T)(Checkpoint.Apply(options, parsed, output, Changes(parsed.CommandResult)) with
        {
            Epochs = parsed.GetValue(_epochs) ?? options.Epochs,
            BatchSize = parsed.GetValue(_batchSize) ?? options.BatchSize,
            LearningRate = parsed.GetValue(_learningRate) ?? options.LearningRate,
            Optimizer = Optimizer(parsed.GetValue(_optimizer)) ?? options.Optimizer,
            EarlyStopping = EarlyStopping(parsed.GetValue(_earlyStopping), options.EarlyStopping),
            BalanceClasses = IsBalanced(parsed),
        });

    /// <summary>What is given beside --resume may differ from before; what is not given is no wish for another value.</summary>
    private ResumeChanges Changes(CommandResult result) =>
        (result.IsGiven(_epochs) ? ResumeChanges.Epochs : ResumeChanges.None) |
        (result.IsGiven(_learningRate) ? ResumeChanges.LearningRate : ResumeChanges.None) |
        (result.IsGiven(_earlyStopping) ? ResumeChanges.EarlyStopping : ResumeChanges.None);

    private T WithMixing<T>(T options, ParseResult parsed)
        where T : TrainingOptions => (T)(options with
        {
            Mixup = parsed.GetValue(_mixup) ?? options.Mixup,
            CutMix = parsed.GetValue(_cutMix) ?? options.CutMix,
        });

    private bool IsBalanced(ParseResult parsed) => parsed.GetValue(_classWeights) == Balanced;

    private LinearHeadOptions LinearHead(ParseResult parsed, int seed) =>
        new() { Seed = seed, Balance = IsBalanced(parsed) ? ClassBalance.Equal : ClassBalance.AsCounted };

    private AugmentedViews? Views(ParseResult parsed) =>
        parsed.GetValue(_views) is { } count ? new AugmentedViews { Count = count, Augmentation = _augmentation.Read(parsed) } : null;

    private bool IsTrainingGiven(CommandResult result) => Training.Prepend(_head).Any(option => result.IsGiven(option)) ||
        _freeze.IsGiven(result) || _augmentation.Given(result) is not null;

    /// <summary>The defaults of an option, for the help.</summary>
    private static string Defaults(Func<TrainingOptions, double?> value, string fineTuning)
    {
        string fixedOnes = string.Create(
            CultureInfo.InvariantCulture, $"{Scratch} {value(new ScratchOptions())}, {Mlp} {value(new MlpHeadOptions())}");
        return $" (default: {FineTune} {fineTuning}, {fixedOnes})";
    }

    private static EarlyStopping? EarlyStopping(int? patience, EarlyStopping? otherwise) => patience switch
    {
        null => otherwise,
        0 => null,
        _ => new EarlyStopping { Patience = patience },
    };

    private static OptimizerOptions? Optimizer(string? name) => name switch
    {
        "sgd" => new SgdOptions(),
        "nesterov" => new SgdOptions { Nesterov = true },
        "adam" => new AdamOptions(),
        "adamw" => new AdamWOptions(),
        _ => null,
    };
}
