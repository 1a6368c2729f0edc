using Microsoft.Data.Sqlite;

namespace TransferLearning.Studio;

/// <summary>Reads and writes images, classes and settings.</summary>
public static class CatalogTables
{
    public static CatalogSnapshot Load(SqliteConnection connection)
    {
        var images = new List<ImageEntry>();
        using (var command = Database.Prepare(
            connection, "SELECT id, path, added, bytes, modified, hash, class, split, state, name FROM images ORDER BY id"))
        using (var reader = command.ExecuteReader())
        {
            byte[] hash = new byte[ContentId.Length];
            while (reader.Read())
            {
                reader.GetBytes(5, 0, hash, 0, hash.Length);
                images.Add(new ImageEntry
                {
                    Id = reader.GetInt32(0),
                    Path = reader.GetString(1),
                    IsAdded = reader.GetBoolean(2),
                    Bytes = reader.GetInt64(3),
                    ModifiedTicks = reader.GetInt64(4),
                    Hash = ContentId.Read(hash),
                    Marks = new ImageMarks(
                        reader.IsDBNull(6) ? null : reader.GetInt32(6), (Split)reader.GetInt32(7), (ImageState)reader.GetInt32(8)),
                    GivenName = reader.IsDBNull(9) ? null : reader.GetString(9),
                });
            }
        }

        return new CatalogSnapshot([.. images], LoadClasses(connection)) { Kept = ActionJournal.LoadKept(connection) };
    }

    public static ImageClass[] LoadClasses(SqliteConnection connection)
    {
        var classes = new List<ImageClass>();
        using var command = Database.Prepare(connection, "SELECT id, name FROM classes WHERE name IS NOT NULL");
        using var reader = command.ExecuteReader();
        while (reader.Read())
            classes.Add(new ImageClass(reader.GetInt32(0), reader.GetString(1)));
        return Sort(classes);
    }

    public static ImageClass[] Sort(IEnumerable<ImageClass> classes) => [.. classes.OrderBy(known => known.Name, StringComparer.Ordinal)];

    /// <summary>Adds images in one command per row; ids are given here.</summary>
    public static IReadOnlyList<ImageEntry> Insert(SqliteConnection connection, IReadOnlyCollection<ImageEntry> images)
    {
        using var command = Database.Prepare(
            connection,
            "INSERT INTO images (path, added, bytes, modified, hash, class, split, state, name) " +
            "VALUES ($path, $added, $bytes, $modified, $hash, $class, $split, $state, $name) RETURNING id",
            ("$path", ""), ("$added", 0), ("$bytes", 0L), ("$modified", 0L), ("$hash", null), ("$class", null), ("$split", 0),
                ("$state", 0), ("$name", null));
        var values = command.Parameters;
        var added = new List<ImageEntry>(images.Count);
        foreach (var image in images)
        {
            values["$path"].Value = image.Path;
            values["$added"].Value = image.IsAdded ? 1 : 0;
            values["$bytes"].Value = image.Bytes;
            values["$modified"].Value = image.ModifiedTicks;
            values["$hash"].Value = image.Hash.ToBytes();
            values["$class"].Value = (object?)image.Marks.Class ?? DBNull.Value;
            values["$split"].Value = (int)image.Marks.Split;
            values["$state"].Value = (int)image.Marks.State;
            values["$name"].Value = (object?)image.GivenName ?? DBNull.Value;
            added.Add(image with { Id = (int)(long)command.ExecuteScalar()! });
        }

        return added;
    }

    public static void UpdateMarks(SqliteConnection connection, IEnumerable<(int Id, ImageMarks Marks)> images)
    {
        using var command = Database.Prepare(
            connection,
            "UPDATE images SET class = $class, split = $split, state = $state WHERE id = $id",
            ("$class", null), ("$split", 0), ("$state", 0), ("$id", 0));
        foreach (var (id, marks) in images)
        {
            command.Parameters["$class"].Value = (object?)marks.Class ?? DBNull.Value;
            command.Parameters["$split"].Value = (int)marks.Split;
            command.Parameters["$state"].Value = (int)marks.State;
            command.Parameters["$id"].Value = id;
            command.ExecuteNonQuery();
        }
    }

    /// <summary>Writes the content of files that have changed since they were indexed.</summary>
    public static void UpdateContent(SqliteConnection connection, IEnumerable<ImageEntry> images)
    {
        using var command = Database.Prepare(
            connection,
            "UPDATE images SET bytes = $bytes, modified = $modified, hash = $hash WHERE id = $id",
            ("$bytes", 0L), ("$modified", 0L), ("$hash", null), ("$id", 0));
        foreach (var image in images)
        {
            command.Parameters["$bytes"].Value = image.Bytes;
            command.Parameters["$modified"].Value = image.ModifiedTicks;
            command.Parameters["$hash"].Value = image.Hash.ToBytes();
            command.Parameters["$id"].Value = image.Id;
            command.ExecuteNonQuery();
        }
    }

    public static int InsertClass(SqliteConnection connection, string? name)
    {
        using var command = Database.Prepare(connection, "INSERT INTO classes (name) VALUES ($name) RETURNING id", ("$name", name));
        return (int)(long)command.ExecuteScalar()!;
    }

    public static void RenameClass(SqliteConnection connection, int id, string? name) =>
        Database.Execute(connection, "UPDATE classes SET name = $name WHERE id = $id", ("$name", name), ("$id", id));

    public static string? ReadSetting(SqliteConnection connection, string name)
    {
        using var command = Database.Prepare(connection, "SELECT value FROM settings WHERE name = $name", ("$name", name));
        return command.ExecuteScalar() as string;
    }

    public static void WriteSetting(SqliteConnection connection, string name, string value) => Database.Execute(
        connection, "INSERT OR REPLACE INTO settings (name, value) VALUES ($name, $value)", ("$name", name), ("$value", value));
}
