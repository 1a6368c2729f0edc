using System.Globalization;
using Microsoft.Data.Sqlite;

namespace TransferLearning.Studio;

/// <summary>The runs of a project in its database. The command line writes there too, so nothing is kept in memory.</summary>
/// <param name="database">The path of the database; it is created where it is absent.</param>
/// <remarks>Safe for use from many threads and processes.</remarks>
public sealed class RunTable(string database)
{
    private const string Columns =
        "id, name, source, state, created, options, data_hash, accuracy, lower, upper, images, seconds, model, bytes, epochs, error, " +
        "notes, scenario, backbone, best_epoch";

    /// <summary>A run was added, changed or deleted by this object; raised on the thread that did it.</summary>
    public event Action? Changed;

    /// <summary>All runs, newest first.</summary>
    public IReadOnlyList<TrainingRun> All() => Read($"SELECT {Columns} FROM runs ORDER BY id DESC");

    public TrainingRun? Find(long id) => Read($"SELECT {Columns} FROM runs WHERE id = $id", ("$id", id)).FirstOrDefault();

    /// <summary>The newest run that has ended and was not stopped; null if there is none.</summary>
    public TrainingRun? NewestEnded() => Newest(
        $"state IN ('{nameof(RunState.Done)}', '{nameof(RunState.Failed)}', '{nameof(RunState.Interrupted)}')");

    /// <summary>The newest run that has made a model to its end; null if there is none.</summary>
    public TrainingRun? NewestModel() => Newest($"state = '{nameof(RunState.Done)}' AND model IS NOT NULL");

    /// <summary>Adds a run and returns it with its id.</summary>
    public TrainingRun Add(TrainingRun run)
    {
        using var connection = Database.Open(database);
        using var command = Database.Prepare(
            connection,
            "INSERT INTO runs (name, source, state, created, options, data_hash, accuracy, lower, upper, images, seconds, model, bytes, " +
            "epochs, error, notes, scenario, backbone, best_epoch) VALUES ($name, $source, $state, $created, $options, $hash, $accuracy, " +
            "$lower, $upper, $images, $seconds, $model, $bytes, $epochs, $error, $notes, $scenario, $backbone, $best) RETURNING id",
            ValuesOf(run));
        var added = run with { Id = (long)command.ExecuteScalar()! };
        Changed?.Invoke();
        return added;
    }

    /// <summary>Changes a run as it is at the moment.</summary>
    /// <param name="id">The run; nothing happens if it was deleted.</param>
    /// <param name="change">The run afterwards.</param>
    public void Update(long id, Func<TrainingRun, TrainingRun> change)
    {
        using (var connection = Database.Open(database))
        using (var transaction = connection.BeginTransaction())
        {
            if (Read(connection, $"SELECT {Columns} FROM runs WHERE id = $id", ("$id", id)).FirstOrDefault() is not { } run)
                return;
            Database.Execute(
                connection,
                "UPDATE runs SET name = $name, source = $source, state = $state, created = $created, options = $options, " +
                "data_hash = $hash, scenario = $scenario, backbone = $backbone, " +
                "accuracy = $accuracy, lower = $lower, upper = $upper, images = $images, seconds = $seconds, model = $model, " +
                "bytes = $bytes, epochs = $epochs, best_epoch = $best, error = $error, notes = $notes WHERE id = $id",
                [.. ValuesOf(change(run)), ("$id", id)]);
            transaction.Commit();
        }

        Changed?.Invoke();
    }

    /// <summary>Deletes the row; the files are for the caller to delete.</summary>
    public void Delete(long id)
    {
        using (var connection = Database.Open(database))
            Database.Execute(connection, "DELETE FROM runs WHERE id = $id", ("$id", id));
        Changed?.Invoke();
    }

    private TrainingRun? Newest(string condition) =>
        Read($"SELECT {Columns} FROM runs WHERE {condition} ORDER BY id DESC LIMIT 1").FirstOrDefault();

    private List<TrainingRun> Read(string sql, params ReadOnlySpan<(string, object?)> values)
    {
        using var connection = Database.Open(database);
        return Read(connection, sql, values);
    }

    private static List<TrainingRun> Read(SqliteConnection connection, string sql, params ReadOnlySpan<(string, object?)> values)
    {
        using var command = Database.Prepare(connection, sql, values);
        using var reader = command.ExecuteReader();
        var runs = new List<TrainingRun>();
        while (reader.Read())
        {
            runs.Add(new TrainingRun
            {
                Id = reader.GetInt64(0),
                Name = reader.GetString(1),
                Source = reader.GetString(2),
                State = Enum.Parse<RunState>(reader.GetString(3)),
                Created = DateTimeOffset.Parse(reader.GetString(4), CultureInfo.InvariantCulture),
                Options = reader.GetString(5),
                DataHash = Text(reader, 6),
                Accuracy = Number(reader, 7),
                Lower = Number(reader, 8),
                Upper = Number(reader, 9),
                Images = Int(reader, 10),
                Seconds = Number(reader, 11),
                Model = Text(reader, 12),
                Bytes = reader.IsDBNull(13) ? null : reader.GetInt64(13),
                Epochs = Text(reader, 14),
                Error = Text(reader, 15),
                Notes = reader.GetString(16),
                Scenario = Text(reader, 17) is { } scenario ? Enum.Parse<TransferScenario>(scenario) : null,
                Backbone = Text(reader, 18),
                BestEpoch = Int(reader, 19),
            });
        }

        return runs;
    }

    private static (string, object?)[] ValuesOf(TrainingRun run) =>
    [
        ("$name", run.Name), ("$source", run.Source), ("$state", run.State.ToString()),
        ("$created", run.Created.ToString("O", CultureInfo.InvariantCulture)), ("$options", run.Options), ("$hash", run.DataHash),
        ("$accuracy", run.Accuracy), ("$lower", run.Lower), ("$upper", run.Upper), ("$images", run.Images), ("$seconds", run.Seconds),
        ("$model", run.Model), ("$bytes", run.Bytes), ("$epochs", run.Epochs), ("$error", run.Error), ("$notes", run.Notes),
        ("$scenario", run.Scenario?.ToString()), ("$backbone", run.Backbone), ("$best", run.BestEpoch),
    ];

    private static string? Text(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static int? Int(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt32(column);

    private static double? Number(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetDouble(column);
}
