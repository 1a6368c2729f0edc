using System.Text.Json;
using System.Text.Json.Nodes;

namespace TransferLearning.Studio;

/// <summary>What the user has chosen for a run; everything has a default.</summary>
public sealed record RunOptions
{
    /// <summary>How it trains; <see cref="TransferScenario.Auto"/> lets the library measure and choose.</summary>
    public TransferScenario Scenario { get; init; } = TransferScenario.Auto;

    /// <summary>A name of the catalog, or an ONNX file.</summary>
    public string Backbone { get; init; } = Backbones.Default.Name;

    /// <summary>How images that are not square are used; null as the network was trained.</summary>
    public ImageResizeMode? Resize { get; init; }

    /// <summary>The number of epochs of a fine-tuning or a training from scratch; null for the library's.</summary>
    public int? Epochs { get; init; }

    public int? BatchSize { get; init; }

    public double? LearningRate { get; init; }

    /// <summary>The part of the network that stays as it is in a fine-tuning, 0 to 1; null for the library's.</summary>
    public double? Freeze { get; init; }

    /// <summary>After how many epochs without progress training ends early, 0 for never; null for the library's.</summary>
    public int? Patience { get; init; }

    /// <summary>
    /// The minutes that <see cref="TransferScenario.Auto"/> may take for all candidates together; null for the library's.
    /// </summary>
    public double? Minutes { get; init; }

    /// <summary>Whether each image is also trained in changed views.</summary>
    public bool Augment { get; init; }

    /// <summary>Whether classes count the same, however many images they have.</summary>
    public bool Balance { get; init; }

    public int Seed { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    public static RunOptions FromJson(string json) => JsonSerializer.Deserialize<RunOptions>(json, Json) ?? new RunOptions();

    /// <summary>The options of a run, each that says something, as the studio or the command line has stored them.</summary>
    public static IEnumerable<string> Describe(string json)
    {
        try
        {
            return JsonNode.Parse(json) is JsonObject options
                ? [.. options.Where(option => option.Value is not null && option.Value.GetValueKind() != JsonValueKind.False)
                    .Select(option => $"{option.Key}: {option.Value}")]
                : [];
        }
        catch (JsonException)
        {
            return [json];
        }
    }

    private static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter() },
    };

    /// <summary>The backbone that is meant, with the chosen way to resize.</summary>
    public Backbone ReadBackbone()
    {
        var backbone = Backbones.TryFind(Backbone, out var known) ? known! : TransferLearning.Backbone.FromFile(Backbone);
        return Resize is { } mode ? backbone with { Preprocessing = backbone.Preprocessing.WithResize(mode) } : backbone;
    }

    /// <summary>The training of the library with these options.</summary>
    /// <param name="checkpoints">The folder of checkpoints, from which an interrupted run goes on.</param>
    /// <param name="features">The features that earlier runs have computed.</param>
    public ClassifierTraining ToTraining(string checkpoints, FeatureCache features)
    {
        var learner = TransferLearner.From(ReadBackbone()).WithFeatureCache(features);
        var views = Augment ? new AugmentedViews() : null;
        var head = new LinearHeadOptions { Seed = Seed, Balance = Balance ? ClassBalance.Equal : ClassBalance.AsCounted };
        var extraction = new FeatureExtractionOptions { Head = head, Undecodable = UndecodableImages.Skip, Views = views };
        var fineTuning = With(new FineTuningOptions { Undecodable = UndecodableImages.Skip, Views = views }, checkpoints);
        if (Freeze is { } share)
            fineTuning = fineTuning with { Freeze = FreezePoint.Fraction(share) };
        return Scenario switch
        {
            TransferScenario.FeatureExtraction => learner.FeatureExtraction(extraction),
            TransferScenario.FineTuning => learner.FineTuning(fineTuning),
            TransferScenario.FromScratch => learner.FromScratch(
                With(new ScratchOptions { Undecodable = UndecodableImages.Skip, Views = views }, checkpoints)),
            _ => learner.Auto(
                new TransferAdvisorOptions
                {
                    Seed = Seed, Undecodable = UndecodableImages.Skip,
                    Budget = Minutes is { } minutes ? TimeSpan.FromMinutes(minutes) : null,
                },
                extraction,
                new FineTuningOptions { Seed = Seed, Undecodable = UndecodableImages.Skip, BalanceClasses = Balance }),
        };
    }

    private T With<T>(T options, string checkpoints)
        where T : TrainingOptions => (T)(options with
        {
            Epochs = Epochs ?? options.Epochs,
            BatchSize = BatchSize ?? options.BatchSize,
            LearningRate = LearningRate ?? options.LearningRate,
            EarlyStopping = Patience switch
            {
                null => options.EarlyStopping,
                0 => null,
                _ => (options.EarlyStopping ?? new EarlyStopping()) with { Patience = Patience },
            },
            BalanceClasses = Balance,
            Seed = Seed,
            CheckpointFolder = checkpoints,
            CheckpointEverySteps = 50,
            KeepBestWhenCancelled = true,
        });
}
