using Parquet;
using Parquet.Data;
using Parquet.Schema;

namespace TransferLearning.Tests.Cli;

/// <summary>One row of a Parquet file that the tool has written; what the file has no column for is null.</summary>
internal sealed record PartRow(
    string Path, string? Error, float[]? Features, string? Label, float? Probability, (string Label, float Probability)[]? Top)
{
    /// <summary>The version of a downloaded image.</summary>
    public string? ETag { get; init; }

    /// <summary>The rows of all parts of a folder, part after part.</summary>
    public static async Task<IReadOnlyList<PartRow>> ReadFolderAsync(string folder)
    {
        var rows = new List<PartRow>();
        foreach (string file in Directory.GetFiles(folder, "*.parquet").Order(StringComparer.Ordinal))
            rows.AddRange(await ReadAsync(file));
        return rows;
    }

    /// <summary>The rows of one part.</summary>
    public static async Task<IReadOnlyList<PartRow>> ReadAsync(string file)
    {
        await using var reader = await ParquetReader.CreateAsync(file);
        var rows = new List<PartRow>();
        foreach (var group in reader.RowGroups)
            rows.AddRange(await ReadAsync(reader.Schema, group));
        return rows;
    }

    private static async Task<PartRow[]> ReadAsync(ParquetSchema schema, ParquetRowGroupReader group)
    {
        int count = (int)group.RowCount;
        string[] paths = new string[count];
        string?[] errors = new string?[count];
        await group.ReadAsync(schema.FindDataField("path"), paths.AsMemory()!);
        await group.ReadAsync(schema.FindDataField("error"), errors.AsMemory()!);
        string?[] etags = new string?[count];
        await group.ReadAsync(schema.FindDataField("etag"), etags.AsMemory()!);
        if (schema.Fields.Any(field => field.Name == "features"))
        {
            float[]?[] features = await ReadListsAsync<float>(group, FieldOf(schema, "features/list/element"));
            return [.. paths.Select((path, i) => new PartRow(path, errors[i], features[i], null, null, null) { ETag = etags[i] })];
        }

        string?[] labels = new string?[count];
        float?[] probabilities = new float?[count];
        await group.ReadAsync(schema.FindDataField("label"), labels.AsMemory()!);
        await group.ReadAsync<float>(schema.FindDataField("probability"), probabilities.AsMemory());
        var topLabels = await ReadListsAsync<ReadOnlyMemory<char>>(group, FieldOf(schema, "top/list/element/label"));
        float[]?[] topProbabilities = await ReadListsAsync<float>(group, FieldOf(schema, "top/list/element/probability"));
        return
        [
            .. paths.Select((path, i) => new PartRow(
                path,
                errors[i],
                null,
                labels[i],
                probabilities[i],
                topLabels[i]?.Zip(topProbabilities[i]!, (label, p) => (label.ToString(), p)).ToArray()) { ETag = etags[i] }),
        ];
    }

    private static DataField FieldOf(ParquetSchema schema, string path) => schema.DataFields.Single(field => field.Path.ToString() == path);

    /// <summary>Repetition level 0 begins a row; a definition level below the highest is a row without a list.</summary>
    private static async Task<T[]?[]> ReadListsAsync<T>(ParquetRowGroupReader group, DataField field)
        where T : struct
    {
        using var raw = (RawColumnData<T>)await group.ReadRawColumnDataBaseAsync(field);
        var lists = new List<List<T>?>();
        int next = 0;
        for (int i = 0; i < raw.RepetitionLevels.Length; i++)
        {
            bool hasValue = raw.DefinitionLevels[i] == field.MaxDefinitionLevel;
            if (raw.RepetitionLevels[i] == 0)
                lists.Add(hasValue ? [] : null);
            if (hasValue)
                lists[^1]!.Add(raw.Values[next++]);
        }

        return [.. lists.Select(list => list?.ToArray())];
    }
}
