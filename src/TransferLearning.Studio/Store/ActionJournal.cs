using System.Globalization;
using Microsoft.Data.Sqlite;

namespace TransferLearning.Studio;

/// <summary>A change of what the user has decided about an image.</summary>
public readonly record struct ImageChange(int Image, ImageMarks Old, ImageMarks New);

/// <summary>A change of a class; a null name is a class that is not there.</summary>
public readonly record struct ClassChange(int Class, string? Old, string? New);

/// <summary>A label that the user has looked at and found right; it holds while the image has it.</summary>
public readonly record struct KeptLabel(int Image, int? Class);

/// <summary>One step that can be undone.</summary>
/// <param name="Id">Its key in the database; 0 before it is written.</param>
/// <param name="Text">What was done, in a few words of the past: "3 images excluded".</param>
/// <param name="Images">The images that it changed.</param>
/// <param name="Classes">The classes that it changed.</param>
public sealed record JournalAction(long Id, string Text, IReadOnlyList<ImageChange> Images, IReadOnlyList<ClassChange> Classes)
{
    /// <summary>The labels that it kept.</summary>
    public IReadOnlyList<KeptLabel> Kept { get; init; } = [];
}

/// <summary>The journal of all steps, for undo and redo.</summary>
public static class ActionJournal
{
    /// <summary>Writes a step, and forgets those that were undone before it.</summary>
    /// <returns>Its key.</returns>
    public static long Append(SqliteConnection connection, JournalAction action)
    {
        using var insert = Database.Prepare(
            connection,
            "INSERT INTO actions (at, text) VALUES ($at, $text) RETURNING id",
            ("$at", DateTime.UtcNow.ToString("O", CultureInfo.InvariantCulture)), ("$text", action.Text));
        long id = (long)insert.ExecuteScalar()!;
        // Only now: the key of a forgotten step, which a message on a page may still name, is not given again.
        Database.Execute(connection, "DELETE FROM actions WHERE undone = 1");
        WriteChanges(connection, action with { Id = id });
        return id;
    }

    /// <summary>Adds changes to a step that is there, and gives it another text.</summary>
    public static void Extend(SqliteConnection connection, JournalAction action)
    {
        Database.Execute(connection, "UPDATE actions SET text = $text WHERE id = $id", ("$text", action.Text), ("$id", action.Id));
        WriteChanges(connection, action);
    }

    /// <summary>The step that undo would take back, or that redo would repeat; null if there is none.</summary>
    public static (long Id, string Text)? Next(SqliteConnection connection, bool redo)
    {
        using var command = Database.Prepare(
            connection,
            redo
                ? "SELECT id, text FROM actions WHERE undone = 1 ORDER BY id LIMIT 1"
                : "SELECT id, text FROM actions WHERE undone = 0 ORDER BY id DESC LIMIT 1");
        using var reader = command.ExecuteReader();
        return reader.Read() ? (reader.GetInt64(0), reader.GetString(1)) : null;
    }

    public static JournalAction Read(SqliteConnection connection, long id, string text)
    {
        var images = new List<ImageChange>();
        using (var command = Database.Prepare(connection, "SELECT * FROM image_changes WHERE action = $id", ("$id", id)))
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
                images.Add(new ImageChange(reader.GetInt32(1), ReadMarks(reader, 2), ReadMarks(reader, 5)));
        }

        var classes = new List<ClassChange>();
        using (var command = Database.Prepare(connection, "SELECT * FROM class_changes WHERE action = $id", ("$id", id)))
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
            {
                classes.Add(new ClassChange(
                    reader.GetInt32(1), reader.IsDBNull(2) ? null : reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetString(3)));
            }
        }

        return new JournalAction(id, text, images, classes);
    }

    /// <summary>The labels that were kept by steps that are not undone.</summary>
    public static HashSet<KeptLabel> LoadKept(SqliteConnection connection)
    {
        var kept = new HashSet<KeptLabel>();
        using var command = Database.Prepare(
            connection, "SELECT image, class FROM kept_labels JOIN actions ON action = id WHERE undone = 0");
        using var reader = command.ExecuteReader();
        while (reader.Read())
            kept.Add(new KeptLabel(reader.GetInt32(0), reader.IsDBNull(1) ? null : reader.GetInt32(1)));
        return kept;
    }

    /// <summary>Whether a step is there and not undone.</summary>
    public static bool Holds(SqliteConnection connection, long id)
    {
        using var command = Database.Prepare(connection, "SELECT 1 FROM actions WHERE id = $id AND undone = 0", ("$id", id));
        return command.ExecuteScalar() is not null;
    }

    public static void Mark(SqliteConnection connection, long id, bool undone) =>
        Database.Execute(connection, "UPDATE actions SET undone = $undone WHERE id = $id", ("$undone", undone ? 1 : 0), ("$id", id));

    private static void WriteChanges(SqliteConnection connection, JournalAction action)
    {
        using var command = Database.Prepare(
            connection,
            "INSERT INTO image_changes VALUES ($action, $image, $oldClass, $oldSplit, $oldState, $newClass, $newSplit, $newState)",
            ("$action", action.Id), ("$image", 0), ("$oldClass", null), ("$oldSplit", 0), ("$oldState", 0), ("$newClass", null),
            ("$newSplit", 0),
            ("$newState", 0));
        foreach (var change in action.Images)
        {
            command.Parameters["$image"].Value = change.Image;
            Write(command, "old", change.Old);
            Write(command, "new", change.New);
            command.ExecuteNonQuery();
        }

        foreach (var change in action.Classes)
        {
            Database.Execute(
                connection,
                "INSERT INTO class_changes VALUES ($action, $class, $old, $new)",
                ("$action", action.Id), ("$class", change.Class), ("$old", change.Old), ("$new", change.New));
        }

        foreach (var kept in action.Kept)
        {
            Database.Execute(
                connection,
                "INSERT INTO kept_labels VALUES ($action, $image, $class)",
                ("$action", action.Id), ("$image", kept.Image), ("$class", kept.Class));
        }
    }

    private static void Write(SqliteCommand command, string prefix, ImageMarks marks)
    {
        command.Parameters[$"${prefix}Class"].Value = (object?)marks.Class ?? DBNull.Value;
        command.Parameters[$"${prefix}Split"].Value = (int)marks.Split;
        command.Parameters[$"${prefix}State"].Value = (int)marks.State;
    }

    private static ImageMarks ReadMarks(SqliteDataReader reader, int column) => new(
        reader.IsDBNull(column) ? null
            : reader.GetInt32(column), (Split)reader.GetInt32(column + 1), (ImageState)reader.GetInt32(column + 2));
}
