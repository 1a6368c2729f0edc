using System.Globalization;
using Parquet;
using Parquet.Schema;

namespace TransferLearning.Cli.Shards;

/// <summary>
/// The predictions of images: <c>path</c>, <c>label</c>, <c>probability</c>, <c>top</c> (a list of label and probability, the most probable
/// first), <c>etag</c> (of a downloaded image), <c>error</c>. With an error all columns but path, etag and error are null.
/// </summary>
internal sealed class PredictionTable : IShardTable
{
    private static readonly DataField Path = new(PartColumns.Path, typeof(string), isNullable: false);
    private static readonly DataField Label = new("label", typeof(string), isNullable: true);
    private static readonly DataField<float?> Probability = new("probability");
    private static readonly DataField TopLabel = new("label", typeof(string), isNullable: false);
    private static readonly DataField<float> TopProbability = new("probability");
    private static readonly DataField Error = new(PartColumns.Error, typeof(string), isNullable: true);
    private static readonly DataField ETag = new(PartColumns.ETag, typeof(string), isNullable: true);
    private static readonly ParquetSchema Columns = new(
        Path, Label, Probability, new ListField("top", new StructField(ListField.ElementName, TopLabel, TopProbability)), ETag, Error);

    private readonly ImageClassifier _classifier;
    private readonly int _top;
    private readonly Lazy<ImageDownloads> _downloads;

    /// <param name="classifier">The classifier; the table disposes it.</param>
    /// <param name="top">The number of classes to list for each image, 1 or more.</param>
    /// <param name="downloads">Downloads images at addresses; the table disposes it.</param>
    public PredictionTable(ImageClassifier classifier, int top, Lazy<ImageDownloads> downloads)
    {
        _downloads = downloads;
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
        var predictions = await _classifier.PredictAsync(
            rows.Images, rows.HasAddresses ? _downloads.Value : null, UndecodableImages.Skip, progress, cancellationToken)
            .ConfigureAwait(false);
        string?[] labels = new string?[rows.Paths.Length];
        float?[] probabilities = new float?[rows.Paths.Length];
        var top = new IReadOnlyList<LabelProbability>?[rows.Paths.Length];
        if (rows.Finished is { } finished)
        {
            labels = await finished.TextsAsync(Label, cancellationToken).ConfigureAwait(false);
            probabilities = await finished.NumbersAsync(Probability, cancellationToken).ConfigureAwait(false);
            top = await ReadTopAsync(finished, cancellationToken).ConfigureAwait(false);
        }

        for (int image = 0; image < predictions.Count; image++)
        {
            int row = rows.RowOf(image);
            rows.Errors[row] = predictions[image].Error is { } error ? OptionWords.WithoutSkip(error) : null;
            rows.ETags[row] = predictions[image].ETag;
            labels[row] = predictions[image].Prediction?.Label;
            probabilities[row] = predictions[image].Prediction?.Probability;
            top[row] = predictions[image].Prediction?.Top(_top);
        }

        await group.WriteAsync(Path, rows.Paths).ConfigureAwait(false);
        await group.WriteAsync(Label, labels!).ConfigureAwait(false);
        await group.WriteAsync<float>(Probability, probabilities, cancellationToken: cancellationToken).ConfigureAwait(false);
        await WriteTopAsync(group, top, cancellationToken).ConfigureAwait(false);
        await group.WriteAsync(ETag, rows.ETags!).ConfigureAwait(false);
        await group.WriteAsync(Error, rows.Errors!).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _classifier.Dispose();
        if (_downloads.IsValueCreated)
            _downloads.Value.Dispose();
    }

    private static async Task<IReadOnlyList<LabelProbability>?[]> ReadTopAsync(FinishedRows finished, CancellationToken cancellationToken)
    {
        var labels = await finished.ListsAsync<ReadOnlyMemory<char>>(TopLabel, cancellationToken).ConfigureAwait(false);
        var probabilities = await finished.ListsAsync<float>(TopProbability, cancellationToken).ConfigureAwait(false);
        return
        [
            .. labels.Zip(probabilities, (names, values) => names is null || values is null
                ? null
                : names.Value.ToArray().Zip(values.Value.ToArray(), Of).ToArray()),
        ];

        static LabelProbability Of(ReadOnlyMemory<char> label, float probability) =>
            new() { Label = label.ToString(), Probability = probability };
    }

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
