using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace TransferLearning.MLNet;

/// <summary>
/// The columns between the steps of a saved model, which drops them at its end. The names are a file format: they never change.
/// </summary>
internal static class SavedColumns
{
    /// <summary>A copy of the column of images.</summary>
    public const string Source = "TransferLearning.Source";

    /// <summary>Always <see cref="KeyValue"/>: the key by which constants are found.</summary>
    public const string Key = "TransferLearning.Key";

    /// <summary>The only value of <see cref="Key"/>.</summary>
    public const int KeyValue = 1;

    /// <summary>A constant: the JSON of the preprocessing.</summary>
    public const string Preprocessing = "TransferLearning.Preprocessing";

    /// <summary>A constant: the JSON array of the labels.</summary>
    public const string Labels = "TransferLearning.Labels";

    /// <summary>A constant: how many classes the top columns have.</summary>
    public const string Top = "TransferLearning.Top";

    /// <summary>The image in the size of the network.</summary>
    public const string Image = "TransferLearning.Picture";

    /// <summary>The colours of the image as numbers; the input of the network.</summary>
    public const string Pixels = "TransferLearning.Pixels";

    /// <summary>The numbers of the network.</summary>
    public const string Output = "TransferLearning.Output";

    /// <summary>The most probable class as text that is different for every class.</summary>
    public const string PredictedKey = "TransferLearning.PredictedKey";

    /// <summary>The name of the most probable class.</summary>
    public const string PredictedText = "TransferLearning.PredictedText";

    /// <summary>The names of the most probable classes.</summary>
    public const string TopLabels = "TransferLearning.TopLabels";

    /// <summary>The probabilities of the most probable classes.</summary>
    public const string TopProbabilities = "TransferLearning.TopProbabilities";
}

/// <summary>A constant in every row.</summary>
internal sealed class KeyRow
{
    [ColumnName(SavedColumns.Key)]
    public int Key { get; set; }
}

/// <summary>An image in any of its kinds.</summary>
internal interface IImageRow
{
    /// <summary>The JSON of the preprocessing.</summary>
    ReadOnlyMemory<char> Preprocessing { get; }
}

/// <summary>An image by its path.</summary>
internal sealed class PathRow : IImageRow
{
    [ColumnName(SavedColumns.Source)]
    public ReadOnlyMemory<char> Source { get; set; }

    [ColumnName(SavedColumns.Preprocessing)]
    public ReadOnlyMemory<char> Preprocessing { get; set; }
}

/// <summary>An image by the content of its file.</summary>
internal sealed class BytesRow : IImageRow
{
    [ColumnName(SavedColumns.Source)]
    public VBuffer<byte> Source { get; set; }

    [ColumnName(SavedColumns.Preprocessing)]
    public ReadOnlyMemory<char> Preprocessing { get; set; }
}

/// <summary>A decoded image.</summary>
internal sealed class ImageRow : IImageRow
{
    /// <summary>The attribute requires a size; none is checked.</summary>
    [ColumnName(SavedColumns.Source), ImageType(1, 1)]
    public MLImage? Source { get; set; }

    [ColumnName(SavedColumns.Preprocessing)]
    public ReadOnlyMemory<char> Preprocessing { get; set; }
}

/// <summary>An image in the size of the network.</summary>
internal sealed class ResizedImageRow
{
    [ColumnName(SavedColumns.Image), ImageType(1, 1)]
    public MLImage? Image { get; set; }
}

/// <summary>The probabilities of a classifier and the names of its classes.</summary>
internal sealed class ProbabilitiesRow
{
    [ColumnName(SavedColumns.Output)]
    public VBuffer<float> Probabilities { get; set; }

    [ColumnName(SavedColumns.Labels)]
    public ReadOnlyMemory<char> Labels { get; set; }

    [ColumnName(SavedColumns.Top)]
    public int Top { get; set; }
}

/// <summary>The result of a classifier.</summary>
internal sealed class PredictionRow
{
    [ColumnName(SavedColumns.PredictedKey)]
    public ReadOnlyMemory<char> PredictedKey { get; set; }

    [ColumnName(SavedColumns.PredictedText)]
    public ReadOnlyMemory<char> PredictedText { get; set; }

    [ColumnName(SavedColumns.TopLabels)]
    public string[] TopLabels { get; set; } = [];

    [ColumnName(SavedColumns.TopProbabilities)]
    public float[] TopProbabilities { get; set; } = [];
}
