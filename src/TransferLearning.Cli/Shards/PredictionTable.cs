using System.Globalization;
using Parquet;
using Parquet.Schema;

namespace TransferLearning.Cli.Shards;

/// <summary>
/// The predictions of images: <c>path</c>, <c>label</c>, <c>probability</c>, <c>top</c> (a list of label and probability, the most probable
/// first), <c>error</c>. With an error all other columns but the path are null.
/// </summary>
internal sealed class PredictionTable : IShardTable
{
    private static readonly DataField Path = new("path", typeof(string), isNullable: false);
    private static readonly DataField Label = new("label", typeof(string), isNullable: true);
    private static readonly DataField<float?> Probability = new("probability");
    private static readonly DataField TopLabel = new("label", typeof(string), isNullable: false);
    private static readonly DataField<float> TopProbability = new("probability");
    private static readonly DataField Error = new("error", typeof(string), isNullable: true);
    private static readonly ParquetSchema Columns = new(
        Path, Label, Probability, new ListField("top", new StructField(ListField.ElementName, TopLabel, TopProbability)), Error);

    private readonly ImageClassifier _classifier;
    private readonly int _top;

    /// <param name="classifier">The classifier; the table disposes it.</param>
    /// <param name="top">The number of classes to list for each image, 1 or more.</param>
    public PredictionTable(ImageClassifier classifier, int top)
    {
        _classifier = classifier;
        _top = Math.Min(top, classifier.Labels.Count);
        Identity = NetworkIdentity.Of(
            string.Create(CultureInfo.InvariantCulture, $"predictions, top {_top}"), classifier.ToOnnx(), classifier.Preprocessing);
    }

    public string Description => "Predicting";

    public string Identity { get; }

    public ParquetSchema Schema => Columns;

    public int Width => _classifier.Labels.Count;

    public async Task WriteAsync(
        ParquetRowGroupWriter group, ShardRows rows, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        var predictions = await _classifier.PredictAsync(rows.Files, UndecodableImages.Skip, progress, cancellationToken)
            .ConfigureAwait(false);
        var labels = new string?[rows.Paths.Length];
        var probabilities = new float?[rows.Paths.Length];
        var top = new IReadOnlyList<LabelProbability>?[rows.Paths.Length];
        for (int file = 0; file < predictions.Count; file++)
        {
            int row = rows.RowOf(file);
            rows.Errors[row] = predictions[file].Error;
            labels[row] = predictions[file].Prediction?.Label;
            probabilities[row] = predictions[file].Prediction?.Probability;
            top[row] = predictions[file].Prediction?.Top(_top);
        }

        await group.WriteAsync(Path, rows.Paths).ConfigureAwait(false);
        await group.WriteAsync(Label, labels!).ConfigureAwait(false);
        await group.WriteAsync<float>(Probability, probabilities, cancellationToken: cancellationToken).ConfigureAwait(false);
        await WriteTopAsync(group, top, cancellationToken).ConfigureAwait(false);
        await group.WriteAsync(Error, rows.Errors!).ConfigureAwait(false);
    }

    public void Dispose() => _classifier.Dispose();

    private async Task WriteTopAsync(
        ParquetRowGroupWriter group, IReadOnlyList<LabelProbability>?[] top, CancellationToken cancellationToken)
    {
        // Both columns have the same levels: they are fields of the same list.
        var levels = new ListLevels(TopLabel, top.Length * _top);
        foreach (var classes in top)
        {
            if (classes is null)
                levels.AddNull();
            else
                levels.AddList(classes.Count);
        }

        LabelProbability[] all = [.. top.SelectMany(classes => classes ?? [])];
        ReadOnlyMemory<char>[] labels = [.. all.Select(one => one.Label.AsMemory())];
        float[] probabilities = [.. all.Select(one => one.Probability)];
        var (definitions, repetitions) = (levels.Definitions, levels.Repetitions);
        await group.WriteAllPartsAsync<ReadOnlyMemory<char>>(TopLabel, labels, definitions, repetitions, cancellationToken)
            .ConfigureAwait(false);
        await group.WriteAllPartsAsync<float>(TopProbability, probabilities, definitions, repetitions, cancellationToken)
            .ConfigureAwait(false);
    }
}
