using Microsoft.ML.Transforms;

namespace TransferLearning.MLNet;

/// <summary>
/// The steps of a saved model that this library computes. ML.NET finds them by their contract in this assembly, whose name is in the
/// saved model; they have no state, and their settings come in columns of the row.
/// </summary>
internal static class SavedMappings
{
    /// <summary>The contract of <see cref="KeyMapping"/>. Contracts are a file format: they never change.</summary>
    public const string Key = "TransferLearning.Key.1";

    /// <summary>The contract of <see cref="PathMapping"/>.</summary>
    public const string Path = "TransferLearning.Picture.Path.1";

    /// <summary>The contract of <see cref="BytesMapping"/>.</summary>
    public const string Bytes = "TransferLearning.Picture.Bytes.1";

    /// <summary>The contract of <see cref="ImageMapping"/>.</summary>
    public const string Image = "TransferLearning.Picture.Image.1";

    /// <summary>The contract of <see cref="PredictionMapping"/>.</summary>
    public const string Prediction = "TransferLearning.Prediction.2";

    /// <summary>The contract of <see cref="TextPredictionMapping"/>.</summary>
    public const string TextPrediction = "TransferLearning.Prediction.1";
}

/// <summary>Makes the constant by which other constants are found.</summary>
[CustomMappingFactoryAttribute(SavedMappings.Key)]
internal sealed class KeyMapping : CustomMappingFactory<EmptyRow, KeyRow>
{
    /// <inheritdoc/>
    public override Action<EmptyRow, KeyRow> GetMapping() => (_, row) => row.Key = SavedColumns.KeyValue;
}

/// <summary>Resizes an image to the size of the network.</summary>
internal abstract class ResizingMapping<T> : CustomMappingFactory<T, ResizedImageRow>
    where T : class, IImageRow, new()
{
    /// <inheritdoc/>
    public sealed override Action<T, ResizedImageRow> GetMapping()
    {
        var sizers = new LastParsed<ImageSizer>(ImageSizer.Parse);
        return (row, resized) => sizers.Get(row.Preprocessing).Write(ImageOf(row), resized);
    }

    /// <summary>The image of a row.</summary>
    /// <exception cref="ImageDecodeException">The row has no image.</exception>
    protected abstract ImageSource ImageOf(T row);
}

/// <summary>Resizes an image file.</summary>
[CustomMappingFactoryAttribute(SavedMappings.Path)]
internal sealed class PathMapping : ResizingMapping<PathRow>
{
    /// <inheritdoc/>
    protected override ImageSource ImageOf(PathRow row) =>
        row.Source.IsEmpty ? throw new ImageDecodeException("image", "its path is empty") : ImageSource.FromFile(row.Source.ToString());
}

/// <summary>Resizes the content of an image file.</summary>
[CustomMappingFactoryAttribute(SavedMappings.Bytes)]
internal sealed class BytesMapping : ResizingMapping<BytesRow>
{
    /// <inheritdoc/>
    protected override ImageSource ImageOf(BytesRow row) => ImageSource.FromBytes(row.Source.DenseValues().ToArray());
}

/// <summary>Resizes a decoded image.</summary>
[CustomMappingFactoryAttribute(SavedMappings.Image)]
internal sealed class ImageMapping : ResizingMapping<ImageRow>
{
    public ImageMapping() => UnsizedImages.Register();

    /// <inheritdoc/>
    protected override ImageSource ImageOf(ImageRow row) => row.Source is { } image
        ? ImageSource.FromPixels(ImagePixels.Copy(image, "image"))
        : throw new ImageDecodeException("image", "there is no image");
}

/// <summary>Gives the meaning of probabilities.</summary>
[CustomMappingFactoryAttribute(SavedMappings.Prediction)]
internal sealed class PredictionMapping : CustomMappingFactory<ProbabilitiesRow, PredictionRow>
{
    /// <inheritdoc/>
    public override Action<ProbabilitiesRow, PredictionRow> GetMapping()
    {
        var classes = new LastParsed<(IReadOnlyList<string> Labels, string[] Keys)>(json =>
        {
            var labels = ModelMetadata.StringsFromJson(json);
            return (labels, NetworkColumn.PredictedKey.ValuesOf(labels));
        });
        return (row, result) =>
        {
            var (labels, keys) = classes.Get(row.Labels);
            var prediction = new Prediction([.. row.Probabilities.DenseValues()], labels);
            result.PredictedKey = keys[prediction.LabelIndex].AsMemory();
            result.PredictedText = prediction.Label.AsMemory();
            result.TopLabels = [.. prediction.Top(row.Top).Select(entry => entry.Label)];
            result.TopProbabilities = [.. prediction.Top(row.Top).Select(entry => entry.Probability)];
        };
    }
}
