using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TransferLearning.Cli;

/// <summary>The JSON objects of <c>--json</c>: a contract with scripts, so the names never change.</summary>
internal static partial class JsonOutput
{
    public sealed record Train(
        string Output,
        string Scenario,
        string Backbone,
        double TrainAccuracy,
        double? ValidationAccuracy,
        double Seconds,
        long PeakMemoryBytes,
        TrainImages Images,
        IReadOnlyList<string> Labels,
        IReadOnlyList<EpochLog>? History,
        IReadOnlyList<Problem> Problems,
        string? Advice,
        TrainScore? Start,
        TrainScore? Best,
        TrainScore? Last,
        int? HeldOutImages,
        IReadOnlyList<string>? Notes,
        IReadOnlyList<TrainCandidate>? Race,
        DatasetLayout? Layout,
        TrainTest? Test,
        RejectionSummary? Unknown,
        Ranking? Ranking);

    /// <summary>A candidate of the scenario auto; the score is that of its best epoch.</summary>
    public sealed record TrainCandidate(
        string Scenario, double Freeze, double? ValidationLoss, double? ValidationAccuracy, double Seconds, bool Winner, string? Note);

    /// <summary>The scores of an epoch; epoch 0 is the fitted head before the network trained.</summary>
    public sealed record TrainScore(int Epoch, double ValidationLoss, double ValidationAccuracy);

    /// <summary>The accuracy on images that played no part in training.</summary>
    public sealed record TrainTest(int Images, double Accuracy);

    public sealed record Ranking(
        string Choice, string Reason, int MeasuredImages, IReadOnlyList<RankingEntry> Backbones, IReadOnlyList<string> Skipped);

    public sealed record RankingEntry(
        string Backbone,
        double Accuracy,
        IReadOnlyList<double> AccuracyInterval,
        double LogLoss,
        double MillisecondsPerImage,
        bool AmongBest);

    public sealed record Advise(
        string Scenario,
        double Freeze,
        double Similarity,
        string Reason,
        string Backbone,
        double ExpectedAccuracy,
        IReadOnlyList<double> ExpectedAccuracyInterval,
        IReadOnlyList<double> SimilarityInterval,
        bool Similar,
        bool Large,
        int ImagesPerClass,
        int MeasuredImages,
        IReadOnlyList<AdviseDepth> Depths,
        DatasetLayout? Layout,
        Ranking? Ranking,
        Resizes? Resize,
        IReadOnlyList<Problem> Problems);

    public sealed record Resizes(string Current, string Best, bool IsBetter, IReadOnlyList<ResizeEntry> Measured);

    public sealed record ResizeEntry(string Resize, double Accuracy, double LogLoss);

    public sealed record AdviseDepth(double Depth, string Tensor, int Features, double Accuracy, double LogLoss);

    /// <summary>What the folders of a dataset were taken for.</summary>
    public sealed record DatasetLayout(
        string Root, IReadOnlyList<LayoutSplit> Splits, IReadOnlyList<string> Classes, IReadOnlyList<LayoutLeftOut> LeftOut,
        IReadOnlyList<string> Lines)
    {
        public static DatasetLayout? Of(FolderLayout? layout) => layout is null
            ? null
            : new DatasetLayout(
                layout.Root,
                [.. layout.Splits.Select(split => new LayoutSplit(split.Split, split.Folder))],
                layout.Classes,
                [.. layout.LeftOut.Select(folder => new LayoutLeftOut(folder.Path, folder.Reason))],
                [.. layout.Lines.Select(OptionWords.Of)]);
    }

    public sealed record LayoutSplit(string Split, string Folder);

    public sealed record LayoutLeftOut(string Path, string Reason);

    public sealed record TrainImages(int Train, int Validation);

    /// <summary>A head that was fitted to features in parts.</summary>
    public sealed record TrainFeatures(
        string Output,
        string Backbone,
        string Head,
        double TrainAccuracy,
        double? ValidationAccuracy,
        double Seconds,
        long PeakMemoryBytes,
        TrainImages Images,
        int Unlabelled,
        int Checked,
        IReadOnlyList<string> Labels,
        IReadOnlyList<EpochLog>? History);

    public sealed record Problem(string Kind, string Path, string Message);

    public sealed record Evaluate(
        int Images,
        double Accuracy,
        double LogLoss,
        double Top5Accuracy,
        IReadOnlyList<ClassResult> Classes,
        IReadOnlyList<IReadOnlyList<int>> ConfusionMatrix,
        IReadOnlyList<WrongImage> Wrong,
        IReadOnlyList<Problem> Problems,
        double Ece,
        double? Temperature,
        McNemar? Mcnemar,
        DatasetLayout? Layout,
        string? Notice,
        Overlap? TrainingOverlap,
        KnownImages? Known);

    /// <summary>The share of images that are accepted as known, and the accuracy on these.</summary>
    public sealed record KnownImages(double Coverage, double Accuracy);

    /// <summary>How many of the images the classifier knows from its training, and the accuracy on the others.</summary>
    public sealed record Overlap(int Trained, int Tuned, int Unseen, double? UnseenAccuracy);

    /// <param name="B">The number of images that only the first classifier classifies correctly.</param>
    /// <param name="C">The number of images that only the second one classifies correctly.</param>
    /// <param name="P">The two-sided p-value.</param>
    public sealed record McNemar(int B, int C, double P);

    public sealed record Quantize(
        string Output,
        double AccuracyBefore,
        double AccuracyAfter,
        double Agreement,
        int Images,
        int CalibrationImages,
        double MillisecondsBefore,
        double MillisecondsAfter,
        long BytesBefore,
        long BytesAfter,
        int Convolutions,
        int FloatConvolutions,
        IReadOnlyList<Problem> Problems);

    public sealed record ClassResult(string Label, double Precision, double Recall, double F1, int Support);

    public sealed record WrongImage(string Path, string Actual, string Predicted, float Probability);

    public sealed record Predictions([property: JsonPropertyName("predictions")] IReadOnlyList<Predict> Images);

    public sealed record Predict(
        string Path,
        string? Label,
        string? Synset,
        float? Probability,
        IReadOnlyList<LabelProbability>? Top,
        string? Error,
        bool? Known = null);

    public sealed record Shard(
        [property: JsonPropertyName("shard")] int Index,
        [property: JsonPropertyName("shards")] int Count,
        long Images,
        long Failed,
        string Output,
        double Seconds,
        bool Skipped);

    public sealed record Similar(string Query, IReadOnlyList<Shards.SimilarImage> Images, string? Page);

    public sealed record Explain(string Output, string Label, float Probability, string Predicted);

    public sealed record ExplainLayers(string Output, IReadOnlyList<DrawnLayer> Layers);

    public sealed record DrawnLayer(string Name, int Maps, int Height, int Width, IReadOnlyList<int> Drawn);

    public sealed record Preview(string Output, IReadOnlyList<string> Images, int Views, DatasetLayout? Layout);

    public sealed record Summary(IReadOnlyList<SummaryLayer> Layers, long Total, long Trainable, long NonTrainable);

    public sealed record SummaryLayer(
        string Name, string Operator, IReadOnlyList<long?> OutputShape, long Parameters, long Trainable, string? Obstacle);

    public sealed record BackboneEntry(
        string Name,
        int Width,
        int Height,
        int Features,
        long? Parameters,
        double? PublishedTop1,
        string License,
        string? Origin,
        bool PreprocessingVerified,
        bool WeightsVerified,
        string State,
        string? PublishedTop1Source,
        IReadOnlyList<string>? Addresses,
        long? Bytes,
        string? Sha256);

    public sealed record BackboneImages(string Name, int Images, double Top1, double Top5);

    public sealed record DatasetEntry(
        string Name,
        int Classes,
        int? Train,
        int? Validation,
        int? Test,
        string License,
        string? Homepage,
        string? Note,
        long Bytes,
        bool AtHand,
        IReadOnlyList<DatasetFile> Files);

    public sealed record DatasetFile(string Name, long Bytes, string Sha256, IReadOnlyList<string> Addresses);

    public sealed record DatasetFolder(string Name, string Folder, string License, bool Fetched);

    public sealed record BackboneFile(string Name, string State, string? Path, long? Bytes, string? Sha256);

    public sealed record Check(
        string Name,
        int Images,
        bool HasErrors,
        CheckSizes? Sizes,
        IReadOnlyList<CheckClass> Classes,
        IReadOnlyList<CheckFinding> Findings,
        DatasetLayout? Layout,
        IReadOnlyList<LabelSuspect>? Suspects = null);

    public sealed record CheckSizes(int MinWidth, int MedianWidth, int MaxWidth, int MinHeight, int MedianHeight, int MaxHeight);

    public sealed record CheckClass(string Label, int Train, int Validation, int Test);

    public sealed record CheckFinding(string Kind, string Severity, IReadOnlyList<string> Files, string Message, string Remedy);

    public sealed record DeviceLine(string Device, bool Works, string Detail);

    /// <summary>Writes UTF-8, whatever the encoding of the terminal.</summary>
    public static void Print<T>(T value)
    {
        using var output = Console.OpenStandardOutput();
        output.Write(JsonSerializer.SerializeToUtf8Bytes(value, typeof(T), Readable));
        output.Write("\n"u8);
    }

    /// <summary>Letters and quotes are not escaped: the output is not embedded in HTML.</summary>
    private static Context Readable { get; } = new(new JsonSerializerOptions(Context.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
    [JsonSerializable(typeof(Check))]
    [JsonSerializable(typeof(Advise))]
    [JsonSerializable(typeof(Train))]
    [JsonSerializable(typeof(TrainFeatures))]
    [JsonSerializable(typeof(Evaluate))]
    [JsonSerializable(typeof(Quantize))]
    [JsonSerializable(typeof(Predictions))]
    [JsonSerializable(typeof(Shard))]
    [JsonSerializable(typeof(Similar))]
    [JsonSerializable(typeof(Explain))]
    [JsonSerializable(typeof(ExplainLayers))]
    [JsonSerializable(typeof(Preview))]
    [JsonSerializable(typeof(Summary))]
    [JsonSerializable(typeof(BackboneEntry))]
    [JsonSerializable(typeof(IReadOnlyList<BackboneEntry>))]
    [JsonSerializable(typeof(BackboneFile))]
    [JsonSerializable(typeof(BackboneImages))]
    [JsonSerializable(typeof(DatasetEntry))]
    [JsonSerializable(typeof(IReadOnlyList<DatasetEntry>))]
    [JsonSerializable(typeof(DatasetFolder))]
    [JsonSerializable(typeof(IReadOnlyList<BackboneFile>))]
    [JsonSerializable(typeof(IReadOnlyList<DeviceLine>))]
    [JsonSerializable(typeof(IReadOnlyList<RunLine>))]
    internal sealed partial class Context : JsonSerializerContext;
}
