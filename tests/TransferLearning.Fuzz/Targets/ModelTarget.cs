using SkiaSharp;
using TransferLearning.Featurization;
using TransferLearning.Onnx;

namespace TransferLearning.Fuzz;

/// <summary>Saved classifiers: loaded, asked about a picture, and taken apart for Grad-CAM.</summary>
internal sealed class ModelTarget : FuzzTarget
{
    private readonly ScratchFolder _folder = new();
    private readonly byte[] _picture = PictureSeeds.Encode(SKEncodedImageFormat.Png, 100);

    /// <inheritdoc/>
    public override IReadOnlyList<Mutation> Mutations { get; } = [.. ByteMutations.All, .. ProtobufMutations.All];

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Seeds() => ModelSeeds.Classifiers();

    /// <inheritdoc/>
    public override string Run(byte[] input)
    {
        using var classifier = ImageClassifier.Load(_folder.Write("model.onnx", input), new ExecutionOptions { Threads = 1 });
        var prediction = classifier.Predict(_picture);
        if (!classifier.Labels.Contains(prediction.Label) || !float.IsFinite(prediction.Probability))
            throw new FuzzException($"The prediction is '{prediction.Label}' with {prediction.Probability}.");
        return FormattableString.Invariant($"{classifier.Preprocessing.Resize} {classifier.Training is not null} {Maps(classifier)}");
    }

    /// <inheritdoc/>
    public override bool IsDocumented(Exception error) => error is OnnxGraphException;

    /// <inheritdoc/>
    public override byte[]? Without(byte[] input, int part) => ProtobufMutations.Without(input, part);

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _folder.Dispose();
    }

    private static string Maps(ImageClassifier classifier)
    {
        try
        {
            return $"rank {GradCamGraph.Build(classifier.ToOnnx()).FeatureShape.Length}";
        }
        catch (OnnxGraphException error)
        {
            return Execution.MessageShape(error.Message);
        }
    }
}
