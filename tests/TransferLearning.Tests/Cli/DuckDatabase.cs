using System.Globalization;
using DuckDB.NET.Data;

namespace TransferLearning.Tests.Cli;

/// <summary>DuckDB in memory, with relative paths resolved in a folder.</summary>
internal sealed class DuckDatabase : IDisposable
{
    private readonly DuckDBConnection _connection = new("DataSource=:memory:");

    public DuckDatabase(string folder)
    {
        Folder = folder;
        _connection.Open();
        Query($"SET file_search_path = '{folder.Replace("'", "''", StringComparison.Ordinal)}'");
    }

    public string Folder { get; }

    /// <summary>The rows of a query, every value as text.</summary>
    public IReadOnlyList<string[]> Query(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string[]>();
        while (reader.Read())
            rows.Add([.. Enumerable.Range(0, reader.FieldCount)
                .Select(i => Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture)!)]);
        return rows;
    }

    public void Dispose() => _connection.Dispose();
}
