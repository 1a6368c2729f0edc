using Microsoft.Data.Sqlite;

namespace TransferLearning.Studio;

/// <summary>The SQLite file of a project: written ahead (WAL), so that what was confirmed outlives a killed process.</summary>
public static class Database
{
    /// <summary>What leads from each version to the next one.</summary>
    private static readonly string[] Steps =
    [
        Schema,
        "ALTER TABLE runs ADD COLUMN scenario TEXT; ALTER TABLE runs ADD COLUMN backbone TEXT;",
        "ALTER TABLE images ADD COLUMN name TEXT;",
        """
        CREATE TABLE kept_labels (
            action INTEGER NOT NULL REFERENCES actions (id) ON DELETE CASCADE, image INTEGER NOT NULL, class INTEGER,
            PRIMARY KEY (action, image)) WITHOUT ROWID;
        """,
        "ALTER TABLE runs ADD COLUMN best_epoch INTEGER;",
    ];

    private const string Schema = """
        CREATE TABLE classes (id INTEGER PRIMARY KEY, name TEXT);
        CREATE TABLE images (
            id INTEGER PRIMARY KEY, path TEXT NOT NULL, added INTEGER NOT NULL, bytes INTEGER NOT NULL, modified INTEGER NOT NULL,
            hash BLOB NOT NULL, class INTEGER REFERENCES classes (id), split INTEGER NOT NULL, state INTEGER NOT NULL,
            UNIQUE (added, path));
        CREATE TABLE actions (id INTEGER PRIMARY KEY, at TEXT NOT NULL, text TEXT NOT NULL, undone INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE image_changes (
            action INTEGER NOT NULL REFERENCES actions (id) ON DELETE CASCADE, image INTEGER NOT NULL,
            old_class INTEGER, old_split INTEGER NOT NULL, old_state INTEGER NOT NULL,
            new_class INTEGER, new_split INTEGER NOT NULL, new_state INTEGER NOT NULL,
            PRIMARY KEY (action, image)) WITHOUT ROWID;
        CREATE TABLE class_changes (
            action INTEGER NOT NULL REFERENCES actions (id) ON DELETE CASCADE, class INTEGER NOT NULL, old_name TEXT, new_name TEXT,
            PRIMARY KEY (action, class)) WITHOUT ROWID;
        CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE runs (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL, source TEXT NOT NULL, state TEXT NOT NULL, created TEXT NOT NULL,
            options TEXT NOT NULL,
            data_hash TEXT, accuracy REAL, lower REAL, upper REAL, images INTEGER, seconds REAL, model TEXT, bytes INTEGER,
            epochs TEXT, error TEXT, notes TEXT NOT NULL DEFAULT '');
        """;

    /// <summary>Opens the file; creates it where it is absent.</summary>
    /// <exception cref="InvalidDataException">It was written by a later version, or is no database.</exception>
    public static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path, DefaultTimeout = 30, ForeignKeys = true, Pooling = false,
        }.ConnectionString);
        try
        {
            connection.Open();
            if (VersionOf(connection) > Steps.Length)
                throw new InvalidDataException($"'{path}' was written by a later version; update the tool.");
            // FULL: a confirmed change outlives a loss of power too.
            Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
            if (VersionOf(connection) < Steps.Length)
                Renew(connection);
            return connection;
        }
        catch (SqliteException error)
        {
            connection.Dispose();
            throw new InvalidDataException($"'{path}' cannot be opened as a database: {error.Message}", error);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static long VersionOf(SqliteConnection connection)
    {
        using var command = Prepare(connection, "PRAGMA user_version");
        return (long)command.ExecuteScalar()!;
    }

    private static void Renew(SqliteConnection connection)
    {
        using var transaction = connection.BeginTransaction();
        // Another process may have done it while this one waited for its turn.
        for (long version = VersionOf(connection); version < Steps.Length; version++)
            Execute(connection, FormattableString.Invariant($"{Steps[version]} PRAGMA user_version = {version + 1};"));
        transaction.Commit();
    }

    public static int Execute(SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var command = Prepare(connection, sql, values);
        return command.ExecuteNonQuery();
    }

    /// <summary>A command with its values; null becomes NULL.</summary>
    public static SqliteCommand Prepare(SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // All texts are constants of this program.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in values)
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }
}
