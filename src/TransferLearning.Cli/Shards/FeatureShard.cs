using Parquet;
using Parquet.Schema;

namespace TransferLearning.Cli.Shards;

/// <summary>
/// The features of images: <c>path</c>, <c>features</c> (a list of floats, null where there is an error), <c>etag</c> (of a downloaded
/// image), <c>error</c>.
/// </summary>
internal sealed class FeatureShard : IShardTable
{
    /// <summary>The task in the identity of a part.</summary>
    public const string TaskName = "features";

    private static readonly DataField Path = new(PartColumns.Path, typeof(string), isNullable: false);
    private static readonly DataField<float> Feature = new("element");
    private static readonly DataField Error = new(PartColumns.Error, typeof(string), isNullable: true);
    private static readonly DataField ETag = new(PartColumns.ETag, typeof(string), isNullable: true);
    private static readonly ParquetSchema Columns = new(Path, new ListField("features", Feature), ETag, Error);

    private readonly FeatureExtractor _extractor;
    private readonly FeatureCache? _cache;
    private readonly Lazy<ImageDownloads> _downloads;
    private float[] _values = [];
    private ListLevels? _levels;

    /// <param name="extractor">Computes the features; the table disposes it.</param>
    /// <param name="cache">A cache of features; null for none.</param>
    /// <param name="downloads">Downloads images at addresses; the table disposes it.</param>
    /// <param name="identity">The <see cref="Identity"/>.</param>
    public FeatureShard(FeatureExtractor extractor, FeatureCache? cache, Lazy<ImageDownloads> downloads, string identity)
    {
        _downloads = downloads;
        _extractor = extractor;
        _cache = cache;
        Identity = identity;
    }

    public string Description => "Featurizing";

    public string Identity { get; }

    public ParquetSchema Schema => Columns;

    public int Width => _extractor.Dimension;

    public async Task WriteAsync(
        ParquetRowGroupWriter group, ShardRows rows, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        var extracted = await _extractor.ExtractAsync(
            rows.Images, rows.HasAddresses ? _downloads.Value : null, UndecodableImages.Skip, _cache, progress, cancellationToken)
            .ConfigureAwait(false);
        NoteErrors(rows, extracted);
        var kept = rows.Finished is { } finished
            ? await finished.ListsAsync<float>(Feature, cancellationToken).ConfigureAwait(false)
            : [];
        int filled = Fill(rows, extracted.Features, kept);
        await group.WriteAsync(Path, rows.Paths).ConfigureAwait(false);
        var values = _values.AsMemory(0, filled * Width);
        await group.WriteAllPartsAsync<float>(Feature, values, _levels!.Definitions, _levels.Repetitions, cancellationToken)
            .ConfigureAwait(false);
        await group.WriteAsync(ETag, rows.ETags!).ConfigureAwait(false);
        await group.WriteAsync(Error, rows.Errors!).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _extractor.Dispose();
        if (_downloads.IsValueCreated)
            _downloads.Value.Dispose();
    }

    /// <summary>The images without an index are the skipped ones, in the same order.</summary>
    private static void NoteErrors(ShardRows rows, ExtractedFeatures extracted)
    {
        int decoded = 0;
        int skipped = 0;
        for (int image = 0; image < rows.Images.Count; image++)
        {
            rows.ETags[rows.RowOf(image)] = extracted.ETags[image];
            if (decoded < extracted.Indices.Count && extracted.Indices[decoded] == image)
                decoded++;
            else
                rows.Errors[rows.RowOf(image)] = OptionWords.WithoutSkip(extracted.Skipped[skipped++].Message);
        }
    }

    /// <summary>Sets values and levels; returns the number of images that have features.</summary>
    private int Fill(ShardRows rows, FeatureMatrix features, ReadOnlyMemory<float>?[] kept)
    {
        // The first row group is the largest, so this happens once.
        if (_levels is null || _values.Length < rows.Paths.Length * Width)
        {
            _values = new float[rows.Paths.Length * Width];
            _levels = new ListLevels(Feature, _values.Length);
        }

        _levels.Clear();
        int filled = 0;
        int next = 0;
        foreach (var (row, error) in rows.Errors.Index())
        {
            if (error is not null)
            {
                _levels.AddNull();
                continue;
            }

            var values = rows.IsKept(row) ? (kept[row] ?? default).Span : features[next++];
            if (values.Length != Width)
                throw rows.Finished!.Damaged();
            values.CopyTo(_values.AsSpan(filled * Width, Width));
            _levels.AddList(Width);
            filled++;
        }

        return filled;
    }
}
