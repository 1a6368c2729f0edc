using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace TransferLearning.MLNet;

/// <summary>
/// The columns between the steps of a saved model. The names are a file format: they never change. They are dropped at its end.
/// </summary>
internal static class SavedColumns
{
    /// <summary>A copy of the column of images.</summary>
    public const string Source = "TransferLearning.Source";

    /// <summary>Always <see cref="KeyValue"/>: what constants are looked up by.</summary>
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
}

/// <summary>A row of which nothing is read.</summary>
internal sealed class NothingRow
{
}

/// <summary>A constant in every row.</summary>
internal sealed class KeyRow
{
    [ColumnName(SavedColumns.Key)]
    public int Key { get; set; }
}

/// <summary>An image by its path.</summary>
internal sealed class PathRow
{
    [ColumnName(SavedColumns.Source)]
    public ReadOnlyMemory<char> Source { get; set; }

    [ColumnName(SavedColumns.Preprocessing)]
    public ReadOnlyMemory<char> Preprocessing { get; set; }
}

/// <summary>An image by the content of its file.</summary>
internal sealed class BytesRow
{
    [ColumnName(SavedColumns.Source)]
    public VBuffer<byte> Source { get; set; }

    [ColumnName(SavedColumns.Preprocessing)]
    public ReadOnlyMemory<char> Preprocessing { get; set; }
}

/// <summary>A decoded image.</summary>
internal sealed class ImageRow
{
    /// <summary>The attribute wants a size; none is checked.</summary>
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

/// <summary>The probabilities of a classifier and what they are called.</summary>
internal sealed class ScoreRow
{
    [ColumnName(ClassifierColumns.Score)]
    public VBuffer<float> Score { get; set; }

    [ColumnName(SavedColumns.Labels)]
    public ReadOnlyMemory<char> Labels { get; set; }

    [ColumnName(SavedColumns.Top)]
    public int Top { get; set; }
}

/// <summary>What a classifier says.</summary>
internal sealed class PredictionRow
{
    [ColumnName(ClassifierColumns.PredictedLabel)]
    public ReadOnlyMemory<char> PredictedLabel { get; set; }

    [ColumnName(ClassifierColumns.TopLabels)]
    public string[] TopLabels { get; set; } = [];

    [ColumnName(ClassifierColumns.TopProbabilities)]
    public float[] TopProbabilities { get; set; } = [];
}
