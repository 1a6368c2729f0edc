using Parquet;
using Parquet.Data;
using Parquet.Schema;

namespace TransferLearning.Cli.Shards;

/// <summary>A row group of a finished part whose failed images are tried again: its other rows are kept.</summary>
internal sealed class FinishedRows
{
    private readonly string _file;
    private readonly ParquetReader _reader;
    private readonly ParquetRowGroupReader _group;
    private readonly string[] _paths;

    private FinishedRows(string file, ParquetReader reader, ParquetRowGroupReader group)
    {
        _file = file;
        _reader = reader;
        _group = group;
        _paths = new string[checked((int)group.RowCount)];
        Errors = new string?[_paths.Length];
        ETags = new string?[_paths.Length];
    }

    /// <summary>The error of each row; null for a row that is kept.</summary>
    public string?[] Errors { get; }

    /// <summary>The ETag of each row.</summary>
    public string?[] ETags { get; }

    /// <summary>The number of rows.</summary>
    public int Count => _paths.Length;

    /// <summary>Reads the columns that all parts have.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static Task<FinishedRows> ReadAsync(
        string file, ParquetReader reader, ParquetRowGroupReader group, CancellationToken cancellationToken) =>
        FinishedPart.ReadRowsAsync(file, async () =>
        {
            var rows = new FinishedRows(file, reader, group);
            await rows.ReadAsync(PartColumns.Path, rows._paths, cancellationToken).ConfigureAwait(false);
            await rows.ReadAsync(PartColumns.Error, rows.Errors, cancellationToken).ConfigureAwait(false);
            await rows.ReadAsync(PartColumns.ETag, rows.ETags, cancellationToken).ConfigureAwait(false);
            return rows;
        });

    /// <summary>The error for rows that are not as this tool writes them.</summary>
    public InvalidDataException Damaged() => FinishedPart.Damaged(_file);

    /// <summary>Whether the rows are those of a range of images.</summary>
    public bool AreOf(ShardImages images, int first) =>
        first + Count <= images.Count && _paths.Index().All(row => images.NameOf(first + row.Index) == row.Item);

    /// <summary>The texts of a column, one for each row.</summary>
    public Task<string?[]> TextsAsync(DataField column, CancellationToken cancellationToken) =>
        FinishedPart.ReadRowsAsync(_file, async () =>
        {
            string?[] texts = new string?[Count];
            await ReadAsync(column.Name, texts, cancellationToken).ConfigureAwait(false);
            return texts;
        });

    /// <summary>The numbers of a column, one for each row.</summary>
    public Task<float?[]> NumbersAsync(DataField<float?> column, CancellationToken cancellationToken) =>
        FinishedPart.ReadRowsAsync(_file, async () =>
        {
            float?[] numbers = new float?[Count];
            var field = _reader.Schema.FindDataField(column.Name);
            await _group.ReadAsync<float>(field, numbers.AsMemory(), cancellationToken: cancellationToken).ConfigureAwait(false);
            return numbers;
        });

    /// <summary>The lists of a column, one for each row; null where there is none.</summary>
    /// <param name="column">The innermost field of the list.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public Task<ReadOnlyMemory<T>?[]> ListsAsync<T>(DataField column, CancellationToken cancellationToken)
        where T : struct => FinishedPart.ReadRowsAsync(_file, () => ReadListsAsync<T>(column, cancellationToken));

    private async Task<ReadOnlyMemory<T>?[]> ReadListsAsync<T>(DataField column, CancellationToken cancellationToken)
        where T : struct
    {
        var field = _reader.Schema.DataFields.Single(candidate => candidate.Path.Equals(column.Path));
        using var raw = (RawColumnData<T>)await _group.ReadRawColumnDataBaseAsync(field, cancellationToken).ConfigureAwait(false);
        T[] values = raw.Values.ToArray();
        var lists = new ReadOnlyMemory<T>?[Count];
        int row = -1;
        int start = 0;
        int next = 0;
        for (int i = 0; i < raw.RepetitionLevels.Length; i++)
        {
            if (raw.RepetitionLevels[i] == 0)
            {
                row++;
                start = next;
            }

            if (raw.DefinitionLevels[i] == field.MaxDefinitionLevel)
                lists[row] = values.AsMemory(start, ++next - start);
        }

        return lists;
    }

    /// <summary>Parts of earlier versions lack some columns of text.</summary>
    private async Task ReadAsync(string column, string?[] target, CancellationToken cancellationToken)
    {
        if (_reader.Schema.DataFields.FirstOrDefault(field => field.Path.ToString() == column) is { } field)
            await _group.ReadAsync(field, target.AsMemory()!, cancellationToken: cancellationToken).ConfigureAwait(false);
    }
}
