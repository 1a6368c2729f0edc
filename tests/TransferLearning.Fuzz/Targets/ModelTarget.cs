using SkiaSharp;
using TransferLearning.Onnx;

namespace TransferLearning.Fuzz;

/// <summary>Saved classifiers: loaded, asked about an image, and made to explain it.</summary>
internal sealed class ModelTarget : FuzzTarget
{
    private static readonly ExecutionOptions OneThread = new() { Threads = 1 };

    private readonly ScratchFolder _folder = new();
    private readonly byte[] _image = ImageSeeds.Encode(SKEncodedImageFormat.Png, 100);

    /// <inheritdoc/>
    public override IReadOnlyList<Mutation> Mutations { get; } = [.. ByteMutations.All, .. ProtobufMutations.All];

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Seeds() => ModelSeeds.Classifiers();

    /// <inheritdoc/>
    public override string Run(byte[] input)
    {
        using var classifier = ImageClassifier.Load(_folder.Write("model.onnx", input), OneThread);
        var prediction = classifier.Predict(_image);
        if (!classifier.Labels.Contains(prediction.Label) || !float.IsFinite(prediction.Probability))
            throw new FuzzException($"The prediction is '{prediction.Label}' with {prediction.Probability}.");
        return FormattableString.Invariant($"{classifier.Preprocessing.Resize} {classifier.Training is not null} {Explained(classifier)}");
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

    private string Explained(ImageClassifier classifier)
    {
        try
        {
            using var gradCam = new GradCam(classifier, OneThread);
            var explanation = gradCam.Explain(_image);
            foreach (float value in explanation.Map)
            {
                if (!(value is >= 0 and <= 1))
                    throw new FuzzException($"The map of the explanation has the number {value}.");
            }

            return "explained";
        }
        catch (OnnxGraphException error)
        {
            return Execution.MessageShape(error.Message);
        }
    }
}
