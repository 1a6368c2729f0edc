using Microsoft.ML.Transforms;

namespace TransferLearning.MLNet;

/// <summary>
/// The steps of a saved model that this library computes. ML.NET finds them by their contract in this assembly, whose name is in the
/// saved model; they have no state, and what they need to know comes in columns of the row.
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
    public const string Prediction = "TransferLearning.Prediction.1";
}

/// <summary>Makes a constant for others to be looked up by.</summary>
[CustomMappingFactoryAttribute(SavedMappings.Key)]
internal sealed class KeyMapping : CustomMappingFactory<NothingRow, KeyRow>
{
    /// <inheritdoc/>
    public override Action<NothingRow, KeyRow> GetMapping() => (_, row) => row.Key = SavedColumns.KeyValue;
}

/// <summary>Brings an image file to the size of the network.</summary>
[CustomMappingFactoryAttribute(SavedMappings.Path)]
internal sealed class PathMapping : CustomMappingFactory<PathRow, ResizedImageRow>
{
    /// <inheritdoc/>
    public override Action<PathRow, ResizedImageRow> GetMapping()
    {
        var sizers = new LastParsed<ImageSizer>(ImageSizer.Parse);
        return (source, row) =>
        {
            if (source.Source.IsEmpty)
                throw new ImageDecodeException("image", "its path is empty");
            sizers.Get(source.Preprocessing).Write(ImageSource.FromFile(source.Source.ToString()), row);
        };
    }
}

/// <summary>Brings the content of an image file to the size of the network.</summary>
[CustomMappingFactoryAttribute(SavedMappings.Bytes)]
internal sealed class BytesMapping : CustomMappingFactory<BytesRow, ResizedImageRow>
{
    /// <inheritdoc/>
    public override Action<BytesRow, ResizedImageRow> GetMapping()
    {
        var sizers = new LastParsed<ImageSizer>(ImageSizer.Parse);
        return (source, row) => sizers.Get(source.Preprocessing).Write(ImageSource.FromBytes(source.Source.DenseValues().ToArray()), row);
    }
}

/// <summary>Brings a decoded image to the size of the network.</summary>
[CustomMappingFactoryAttribute(SavedMappings.Image)]
internal sealed class ImageMapping : CustomMappingFactory<ImageRow, ResizedImageRow>
{
    /// <inheritdoc/>
    public override Action<ImageRow, ResizedImageRow> GetMapping()
    {
        UnsizedImages.Register();
        var sizers = new LastParsed<ImageSizer>(ImageSizer.Parse);
        return (source, row) =>
        {
            var image = source.Source ?? throw new ImageDecodeException("image", "there is no image");
            sizers.Get(source.Preprocessing).Write(ImageSource.FromPixels(ImagePixels.Copy(image, "image")), row);
        };
    }
}

/// <summary>Says what probabilities mean.</summary>
[CustomMappingFactoryAttribute(SavedMappings.Prediction)]
internal sealed class PredictionMapping : CustomMappingFactory<ScoreRow, PredictionRow>
{
    /// <inheritdoc/>
    public override Action<ScoreRow, PredictionRow> GetMapping()
    {
        var labels = new LastParsed<IReadOnlyList<string>>(ModelMetadata.StringsFromJson);
        return (source, row) =>
        {
            var prediction = new Prediction([.. source.Score.DenseValues()], labels.Get(source.Labels));
            var top = prediction.Top(source.Top);
            row.PredictedLabel = prediction.Label.AsMemory();
            row.TopLabels = [.. top.Select(entry => entry.Label)];
            row.TopProbabilities = [.. top.Select(entry => entry.Probability)];
        };
    }
}
