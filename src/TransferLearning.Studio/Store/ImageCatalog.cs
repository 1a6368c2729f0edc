using System.Data;
using Microsoft.Data.Sqlite;

namespace TransferLearning.Studio;

/// <summary>
/// The images and classes of a project: a snapshot in memory for reading, and the database behind it. A change is written and flushed
/// before it is seen.
/// </summary>
/// <remarks>Safe for use from many threads.</remarks>
public sealed class ImageCatalog : IDisposable
{
    private readonly Lock _writing = new();
    private readonly SqliteConnection _connection;
    private volatile CatalogSnapshot _snapshot;
    private (string Name, long Action, int Images)? _batch;

    public ImageCatalog(string database)
    {
        _connection = Database.Open(database);
        _snapshot = CatalogTables.Load(_connection);
        (NextUndo, NextRedo) = ReadNext();
    }

    /// <summary>Something has changed; raised on the thread that changed it.</summary>
    public event Action? Changed;

    /// <summary>Everything at this moment.</summary>
    public CatalogSnapshot Now => _snapshot;

    /// <summary>What undo would take back; null if there is nothing.</summary>
    public string? NextUndo { get; private set; }

    /// <summary>What redo would repeat; null if there is nothing.</summary>
    public string? NextRedo { get; private set; }

    public string? ReadSetting(string name)
    {
        lock (_writing)
            return CatalogTables.ReadSetting(_connection, name);
    }

    public void WriteSetting(string name, string value)
    {
        lock (_writing)
            CatalogTables.WriteSetting(_connection, name, value);
    }

    /// <summary>Changes images in one step that can be undone.</summary>
    /// <param name="text">What is done, in a few words.</param>
    /// <param name="ids">The images.</param>
    /// <param name="change">The marks of an image afterwards.</param>
    /// <returns>The key of the step; 0 if no image changed.</returns>
    public long Change(string text, IEnumerable<int> ids, Func<ImageEntry, ImageMarks> change) => Write(text, snapshot =>
    [
        .. ids.Select(snapshot.Find).OfType<ImageEntry>().Select(image => new ImageChange(image.Id, image.Marks, change(image)))
            .Where(changed => changed.Old != changed.New),
    ]);

    /// <summary>Keeps labels that were suspected, as a step that can be undone.</summary>
    /// <param name="text">What is done, in a few words.</param>
    /// <param name="ids">The images.</param>
    /// <returns>The key of the step; 0 if all of them are kept already.</returns>
    public long Keep(string text, IEnumerable<int> ids) => Write(text, _ => [], keptOf: snapshot =>
    [
        .. ids.Select(snapshot.Find).OfType<ImageEntry>().Select(image => new KeptLabel(image.Id, image.Marks.Class))
            .Where(label => !snapshot.Kept.Contains(label)),
    ]);

    /// <summary>The class with a name; created, as a step that can be undone, where it is absent.</summary>
    /// <param name="name">The name.</param>
    /// <param name="batch">What the creation is a part of; null for a step of its own.</param>
    /// <exception cref="ArgumentException">The name cannot be that of a folder.</exception>
    public ImageClass ClassNamed(string name, string? batch = null)
    {
        name = NameRule.CheckClass(name);
        ImageClass? created;
        lock (_writing)
        {
            if (Array.Find(_snapshot.Classes, known => known.Name == name) is { } present)
                return present;
            using var transaction = _connection.BeginTransaction();
            created = new ImageClass(CatalogTables.InsertClass(_connection, name), name);
            Write(new JournalAction(0, $"class '{name}' added", [], [new ClassChange(created.Id, null, name)]), batch);
            transaction.Commit();
            _snapshot = _snapshot with { Classes = CatalogTables.Sort([.. _snapshot.Classes, created]) };
            (NextUndo, NextRedo) = ReadNext();
        }

        Changed?.Invoke();
        return created;
    }

    /// <summary>Renames a class; under the name of another one, its images join that one.</summary>
    /// <returns>The key of the step; 0 if it has that name.</returns>
    public long RenameClass(int id, string name)
    {
        name = NameRule.CheckClass(name);
        var other = Array.Find(_snapshot.Classes, known => known.Name == name);
        string? former = _snapshot.NameOf(id);
        if (other?.Id == id)
            return 0;
        return other is null
            ? Write($"class '{former}' renamed to '{name}'", _ => [], snapshot => [new ClassChange(id, snapshot.NameOf(id), name)])
            : Write($"class '{former}' joined with '{name}'", snapshot => Reclassed(snapshot, id, other.Id), snapshot =>
                [new ClassChange(id, snapshot.NameOf(id), null)]);
    }

    /// <summary>Deletes a class; its images have none afterwards.</summary>
    /// <returns>The key of the step.</returns>
    public long DeleteClass(int id) => Write(
        $"class '{_snapshot.NameOf(id)}' deleted", snapshot => Reclassed(snapshot, id, null),
        snapshot => [new ClassChange(id, snapshot.NameOf(id), null)]);

    /// <summary>
    /// Adds images that the user has given, as a step that can be undone. A content that is present already is not added again.
    /// </summary>
    /// <param name="text">What is done, in a few words, for a number of images.</param>
    /// <param name="images">The images.</param>
    /// <param name="batch">What the addition is a part of: all of it is one step; null for a step of its own.</param>
    /// <returns>The images that are new.</returns>
    public IReadOnlyList<ImageEntry> Add(Func<int, string> text, IReadOnlyCollection<ImageEntry> images, string? batch = null)
    {
        IReadOnlyList<ImageEntry> added;
        lock (_writing)
        {
            var present = _snapshot.Images.Where(image => image.IsAdded).ToDictionary(image => image.Path);
            var again = images.Where(image => present.TryGetValue(image.Path, out var known) && known.Marks.State == ImageState.Removed)
                .Select(image => (Entry: present[image.Path], image.Marks)).ToList();
            var absent = images.Where(image => !present.ContainsKey(image.Path)).DistinctBy(image => image.Path).ToList();
            if (again.Count + absent.Count == 0)
                return [];
            using var transaction = _connection.BeginTransaction();
            added = CatalogTables.Insert(_connection, absent);
            CatalogTables.UpdateMarks(_connection, again.Select(pair => (pair.Entry.Id, pair.Marks)));
            int count = added.Count + again.Count;
            var action = new JournalAction(
                0,
                text(count + (IsOpen(batch) ? _batch!.Value.Images : 0)),
                [
                    .. added.Select(image => new ImageChange(image.Id, image.Marks with { State = ImageState.Removed }, image.Marks)),
                    .. again.Select(pair => new ImageChange(pair.Entry.Id, pair.Entry.Marks, pair.Marks)),
                ],
                []);
            Write(action, batch);
            transaction.Commit();
            _snapshot =
                With(_snapshot with { Images = [.. _snapshot.Images, .. added] }, again.Select(pair => (pair.Entry.Id, pair.Marks)));
            (NextUndo, NextRedo) = ReadNext();
        }

        Changed?.Invoke();
        return added;
    }

    /// <summary>Takes over what was found in the user's folder: no step of the user, so it cannot be undone.</summary>
    public void TakeOver(FolderFindings found)
    {
        lock (_writing)
        {
            using var transaction = _connection.BeginTransaction();
            var ids = _snapshot.Classes.ToDictionary(known => known.Name, known => known.Id);
            foreach (string name in found.Classes.Where(name => !ids.ContainsKey(name)))
                ids[name] = CatalogTables.InsertClass(_connection, name);
            CatalogTables.Insert(_connection, [.. found.New.Select(image => image.ToEntry(ids))]);
            CatalogTables.UpdateContent(_connection, found.Changed);
            CatalogTables.UpdateMarks(_connection, found.Marks);
            transaction.Commit();
            _snapshot = CatalogTables.Load(_connection);
        }

        Changed?.Invoke();
    }

    /// <summary>Whether a step is there and was not undone.</summary>
    public bool Holds(long step)
    {
        lock (_writing)
            return _connection.State == ConnectionState.Open && ActionJournal.Holds(_connection, step);
    }

    /// <summary>Takes back the last step, or repeats the one that was taken back last.</summary>
    /// <param name="redo">Whether a step is repeated.</param>
    /// <param name="only">The only step that may be taken back; null for any.</param>
    /// <returns>What it was; null if there is none, or it is another one.</returns>
    public string? Undo(bool redo = false, long? only = null)
    {
        string text;
        lock (_writing)
        {
            // A message of a project that was closed since names its step.
            if (_connection.State != ConnectionState.Open || ActionJournal.Next(_connection, redo) is not { } next
                || (only ?? next.Id) != next.Id)
                return null;
            var action = ActionJournal.Read(_connection, next.Id, next.Text);
            text = action.Text;
            using var transaction = _connection.BeginTransaction();
            (int, ImageMarks)[] marks = [.. action.Images.Select(change => (change.Image, redo ? change.New : change.Old))];
            foreach (var change in action.Classes)
                CatalogTables.RenameClass(_connection, change.Class, redo ? change.New : change.Old);
            CatalogTables.UpdateMarks(_connection, marks);
            ActionJournal.Mark(_connection, action.Id, undone: !redo);
            transaction.Commit();
            _snapshot = With(
                _snapshot with { Classes = CatalogTables.LoadClasses(_connection), Kept = ActionJournal.LoadKept(_connection) }, marks);
            (NextUndo, NextRedo) = ReadNext();
        }

        Changed?.Invoke();
        return text;
    }

    public void Dispose() => _connection.Dispose();

    /// <summary>Whether the last step is that of a batch, so that more can join it.</summary>
    private bool IsOpen(string? batch) => batch is not null && _batch is { } open && open.Name == batch
        && ActionJournal.Next(_connection, redo: false)?.Id == open.Action && ActionJournal.Next(_connection, redo: true) is null;

    private void Write(JournalAction action, string? batch)
    {
        int images = action.Images.Count;
        if (IsOpen(batch))
        {
            var open = _batch!.Value;
            // A class is created on the way to its first image.
            string text = images > 0 ? action.Text : ActionJournal.Next(_connection, redo: false)!.Value.Text;
            ActionJournal.Extend(_connection, action with { Id = open.Action, Text = text });
            _batch = open with { Images = open.Images + images };
        }
        else
        {
            long id = ActionJournal.Append(_connection, action);
            _batch = batch is null ? null : (batch, id, images);
        }
    }

    private long Write(
        string text, Func<CatalogSnapshot, List<ImageChange>> imagesOf, Func<CatalogSnapshot, List<ClassChange>>? classesOf = null,
        Func<CatalogSnapshot, List<KeptLabel>>? keptOf = null)
    {
        long step;
        lock (_writing)
        {
            var images = imagesOf(_snapshot);
            var classes = classesOf?.Invoke(_snapshot) ?? [];
            var kept = keptOf?.Invoke(_snapshot) ?? [];
            if (images.Count + classes.Count + kept.Count == 0)
                return 0;
            using var transaction = _connection.BeginTransaction();
            CatalogTables.UpdateMarks(_connection, images.Select(change => (change.Image, change.New)));
            foreach (var change in classes)
                CatalogTables.RenameClass(_connection, change.Class, change.New);
            step = ActionJournal.Append(_connection, new JournalAction(0, text, images, classes) { Kept = kept });
            transaction.Commit();
            var known = classes.Count == 0 ? _snapshot.Classes : CatalogTables.LoadClasses(_connection);
            var keptNow = kept.Count == 0 ? _snapshot.Kept : ActionJournal.LoadKept(_connection);
            _snapshot = With(_snapshot with { Classes = known, Kept = keptNow }, images.Select(change => (change.Image, change.New)));
            (NextUndo, NextRedo) = ReadNext();
        }

        Changed?.Invoke();
        return step;
    }

    private (string? Undo, string? Redo) ReadNext() =>
        (ActionJournal.Next(_connection, redo: false)?.Text, ActionJournal.Next(_connection, redo: true)?.Text);

    private static CatalogSnapshot With(CatalogSnapshot snapshot, IEnumerable<(int Id, ImageMarks Marks)> changes)
    {
        ImageEntry[] images = [.. snapshot.Images];
        foreach (var (id, marks) in changes)
        {
            int index = snapshot.IndexOf(id);
            images[index] = images[index] with { Marks = marks };
        }

        return snapshot with { Images = images };
    }

    private static List<ImageChange> Reclassed(CatalogSnapshot snapshot, int from, int? to) =>
    [
        .. snapshot.Images.Where(image => image.Marks.Class == from)
            .Select(image => new ImageChange(image.Id, image.Marks, image.Marks with { Class = to })),
    ];
}
