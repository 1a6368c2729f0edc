using System.CommandLine;
using System.Globalization;

namespace TransferLearning.Cli;

/// <summary>Trains a classifier with the options that were given.</summary>
internal delegate Task<ImageClassifier> Fit(ImageDataset dataset, IProgress<TransferProgress>? progress, CancellationToken cancellationToken);

/// <summary>What <c>train</c> trains: the scenario, and the options that belong to it.</summary>
internal sealed class ScenarioOptions
{
    private const string Features = "feature-extraction";
    private const string FineTune = "fine-tuning";
    private const string Scratch = "from-scratch";
    private const string Auto = "auto";
    private const string Linear = "linear";
    private const string Mlp = "mlp";

    private readonly Option<string> _scenario = ChoiceOption.Of(
        "--scenario",
        "feature-extraction: the backbone is frozen and a new head is trained. fine-tuning: the last part of the backbone trains too. " +
            "from-scratch: everything trains from random weights, for comparison. auto: what the images call for, as advise measures it.",
        Features,
        FineTune,
        Scratch,
        Auto);

    private readonly Option<string> _head = ChoiceOption.Of(
        "--head", "feature-extraction: a linear head, or one with a hidden layer of 64 units (mlp).", Linear, Mlp);

    private readonly FreezeOptions _freeze = new();
    private readonly Option<int?> _epochs = NumberOption.OptionalWhole(
        "--epochs", $"How often every training image is seen{Defaults(options => options.Epochs)}.", least: 1);

    private readonly Option<int?> _batchSize = NumberOption.OptionalWhole(
        "--batch-size", $"The number of images of a training step{Defaults(options => options.BatchSize)}.", least: 1);

    private readonly Option<double?> _learningRate = NumberOption.OptionalPositive(
        "--learning-rate", $"The highest learning rate{Defaults(options => options.LearningRate)}.");

    private readonly Option<string?> _optimizer = ChoiceOption.Optional(
        "--optimizer", "How weights follow gradients: fine-tuning takes sgd (momentum 0.9), from-scratch adamw, mlp adam unless given.", "sgd", "nesterov", "adam", "adamw");
    private readonly Option<double?> _mixup = NumberOption.OptionalShare(
        "--mixup", "fine-tuning, from-scratch: how much every example is blended with another one, the α of the paper; 0 is not at all.");

    private readonly Option<double?> _cutMix = NumberOption.OptionalShare(
        "--cutmix", "fine-tuning, from-scratch: how much of every example a rectangle of another one covers, the α of the paper; 0 is none.");

    private readonly Option<int?> _views = NumberOption.OptionalWhole(
        "--views", "So many random forms of every training image, cropped, rotated and recoloured a little; the frozen part computes each.", least: 1, most: 100);

    private readonly AugmentationOptions _augmentation = new();
    private readonly Option<bool> _resume = new("--resume") { Description = "Go on with a training of the same output file that was broken off." };

    /// <summary>The name of a scenario on the command line and in what the commands print.</summary>
    public static string NameOf(TransferScenario scenario) => scenario switch
    {
        TransferScenario.FeatureExtraction => Features,
        TransferScenario.FineTuning => FineTune,
        TransferScenario.FromScratch => Scratch,
        TransferScenario.Auto => Auto,
        _ => "pretrained",
    };

    public void AddTo(Command command)
    {
        command.Add(_scenario);
        command.Add(_head);
        _freeze.AddTo(command);
        foreach (var option in new Option[] { _epochs, _batchSize, _learningRate, _optimizer, _mixup, _cutMix, _resume, _views })
            command.Add(option);
        _augmentation.AddTo(command);
        command.Validators.Add(result =>
        {
            string scenario = ChoiceOption.TextOf(result, _scenario) ?? Features;
            if (scenario == Auto)
            {
                var chosen = new Option[] { _head, _epochs, _batchSize, _learningRate, _optimizer, _mixup, _cutMix, _resume, _views };
                if (_freeze.IsGiven(result) || _augmentation.Given(result) is not null || chosen.Any(option => result.GetResult(option) is { Implicit: false }))
                    result.AddError($"--scenario {Auto} chooses by itself; options of a training need --scenario {Features} or {FineTune}.");
                return;
            }

            // A word that is no choice is said by the option itself; nothing else can be told of such a line.
            string head = ChoiceOption.TextOf(result, _head) ?? Linear;
            if (scenario is not (Features or FineTune or Scratch) || head is not (Linear or Mlp))
                return;
            bool fineTunes = scenario == FineTune;
            bool descends = fineTunes || scenario == Scratch;
            bool mlp = !descends && head == Mlp;
            foreach (var option in new Option[] { _epochs, _batchSize, _learningRate, _optimizer, _resume })
            {
                if (!descends && !mlp && result.GetResult(option) is { Implicit: false })
                    result.AddError($"{option.Name} needs --scenario {FineTune} or {Scratch}, or --head {Mlp}; a linear head is fitted to its optimum and has no such option.");
            }

            if (!fineTunes && _freeze.IsGiven(result))
                result.AddError($"A freeze point needs --scenario {FineTune}; in the scenario {Features} the whole backbone is frozen, in {Scratch} nothing is.");
            foreach (var option in new Option[] { _mixup, _cutMix })
            {
                if (!descends && result.GetResult(option) is { Implicit: false })
                    result.AddError($"{option.Name} needs --scenario {FineTune} or {Scratch}.");
            }

            if (_augmentation.Given(result) is { } given && result.GetResult(_views) is null or { Implicit: true })
                result.AddError($"{given.Name} needs --views.");
            if (descends && result.GetResult(_head) is { Implicit: false })
                result.AddError($"--head needs --scenario {Features}.");
        });
    }

    /// <summary>The training that was asked for.</summary>
    public Fit Read(ParseResult parsed, TransferLearner learner, string output, int seed, UndecodableImages undecodable)
    {
        if (parsed.GetValue(_scenario) == Auto)
        {
            return learner.Auto(
                new TransferAdvisorOptions { Seed = seed, Undecodable = undecodable },
                new FeatureExtractionOptions { Head = new LinearHeadOptions { Seed = seed }, Undecodable = undecodable },
                new FineTuningOptions { Seed = seed, Undecodable = undecodable }).FitAsync;
        }

        if (parsed.GetValue(_scenario) == FineTune)
        {
            var options = WithMixing(WithGiven(new FineTuningOptions { Seed = seed, Undecodable = undecodable }, parsed, output), parsed);
            return learner.FineTuning(options with { Freeze = _freeze.Read(parsed) ?? options.Freeze, Views = Views(parsed) }).FitAsync;
        }

        if (parsed.GetValue(_scenario) == Scratch)
        {
            var options = WithMixing(WithGiven(new ScratchOptions { Seed = seed, Undecodable = undecodable }, parsed, output), parsed);
            return learner.FromScratch(options with { Views = Views(parsed) }).FitAsync;
        }

        return learner.FeatureExtraction(new FeatureExtractionOptions
        {
            Head = new LinearHeadOptions { Seed = seed },
            Mlp = parsed.GetValue(_head) == Mlp ? WithGiven(new MlpHeadOptions { Seed = seed }, parsed, output) : null,
            Views = Views(parsed),
            Undecodable = undecodable,
        }).FitAsync;
    }

    /// <summary>Checkpoints lie beside the output, so that a broken run is found again by the same command.</summary>
    private static string CheckpointFolder(string output) => output + ".checkpoint";

    /// <summary>Whether there is something to go on from.</summary>
    public static bool HasCheckpoint(string output) => Directory.Exists(CheckpointFolder(output)) && Directory.EnumerateFiles(CheckpointFolder(output)).Any();

    /// <summary>A finished training needs no checkpoint any more.</summary>
    public static void RemoveCheckpoint(string output)
    {
        if (Directory.Exists(CheckpointFolder(output)))
            Directory.Delete(CheckpointFolder(output), recursive: true);
    }

    private T WithGiven<T>(T options, ParseResult parsed, string output)
        where T : TrainingOptions
    {
        if (!parsed.GetValue(_resume))
            RemoveCheckpoint(output);
        return (T)(options with
        {
            Epochs = parsed.GetValue(_epochs) ?? options.Epochs,
            BatchSize = parsed.GetValue(_batchSize) ?? options.BatchSize,
            LearningRate = parsed.GetValue(_learningRate) ?? options.LearningRate,
            Optimizer = Optimizer(parsed.GetValue(_optimizer)) ?? options.Optimizer,
            CheckpointFolder = CheckpointFolder(output),
        });
    }

    private T WithMixing<T>(T options, ParseResult parsed)
        where T : TrainingOptions => (T)(options with
        {
            Mixup = parsed.GetValue(_mixup) ?? options.Mixup,
            CutMix = parsed.GetValue(_cutMix) ?? options.CutMix,
        });

    private AugmentedViews? Views(ParseResult parsed) =>
        parsed.GetValue(_views) is { } count ? new AugmentedViews { Count = count, Augmentation = _augmentation.Read(parsed) } : null;

    /// <summary>What the trainings take where an option is not given, for the help.</summary>
    private static string Defaults(Func<TrainingOptions, double> value) => string.Create(
        CultureInfo.InvariantCulture,
        $" ({FineTune} {value(new FineTuningOptions())}, {Scratch} {value(new ScratchOptions())}, {Mlp} {value(new MlpHeadOptions())} unless given)");

    private static OptimizerOptions? Optimizer(string? name) => name switch
    {
        "sgd" => new SgdOptions(),
        "nesterov" => new SgdOptions { Nesterov = true },
        "adam" => new AdamOptions(),
        "adamw" => new AdamWOptions(),
        _ => null,
    };
}
