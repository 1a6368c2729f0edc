using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace TransferLearning;

/// <summary>Where a run is. Together with the seed this is also the state of all randomness, see <see cref="SeededRandom"/>.</summary>
internal readonly record struct RunPosition
{
    /// <summary>The index of the epoch that runs, or the number of epochs when all have run.</summary>
    public int Epoch { get; init; }

    /// <summary>The steps of that epoch that are done.</summary>
    public int StepOfEpoch { get; init; }

    /// <summary>The sum of the losses of the epoch's examples so far.</summary>
    public double LossSum { get; init; }

    /// <summary>The epoch's examples so far that were classified rightly.</summary>
    public int Correct { get; init; }

    /// <summary>The epoch's examples so far.</summary>
    public int Seen { get; init; }

    /// <summary>The time that the epoch has taken so far.</summary>
    public double Seconds { get; init; }

    /// <summary>The learning rate of the last step.</summary>
    public double LearningRate { get; init; }

    /// <summary>How often the run has started again at a lower rate.</summary>
    public int Restarts { get; init; }

    /// <summary>Whether training has ended.</summary>
    public bool Ended { get; init; }

    /// <summary>Whether it has ended with other weights than those after an epoch, so that no epoch can follow.</summary>
    public bool CannotGoOn { get; init; }
}

/// <summary>
/// The file that a run resumes from: magic, header (JSON), floats, SHA-256 of all before. Whatever ends the process, there is the old file
/// or the new one.
/// </summary>
/// <param name="Position">Where the run is.</param>
/// <param name="History">The epochs so far.</param>
/// <param name="Fingerprint">Everything that decides the outcome of the run, by name.</param>
internal sealed record Checkpoint(RunPosition Position, TrainingHistory History, IReadOnlyDictionary<string, string> Fingerprint)
{
    /// <summary>What the run has decided so far, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The epoch whose weights are kept beside those of the run, 0 for the start; null where none are.</summary>
    public int? KeptEpoch { get; init; }

    /// <summary>Whether the file has the weights of <see cref="KeptEpoch"/>: those of the start are the network's own.</summary>
    private static bool HasKept(int? keptEpoch) => keptEpoch > 0;

    /// <summary>What differs from the run that wrote the file.</summary>
    public IReadOnlyList<ResumedChange> Changes { get; init; } = [];

    /// <summary>The name of the file in its folder.</summary>
    public const string FileName = "training.checkpoint";

    private const int FormatVersion = 3;
    private static readonly byte[] Magic = "TLTRAIN\n"u8.ToArray();

    /// <summary>Writes the checkpoint and the floats that belong to it.</summary>
    /// <param name="folder">The folder, made where there is none.</param>
    /// <param name="floats">The state of the run.</param>
    /// <param name="kept">The weights of <see cref="KeptEpoch"/>; asked for and written where that is 1 or more.</param>
    /// <exception cref="IOException">The folder cannot be written to; an earlier checkpoint is as it was.</exception>
    public void Save(string folder, IReadOnlyList<Memory<float>> floats, Func<IReadOnlyList<Memory<float>>> kept)
    {
        Directory.CreateDirectory(folder);
        AtomicFile.Write(Path.Combine(folder, FileName), file => Write(file, HasKept(KeptEpoch) ? [.. floats, .. kept()] : floats));
    }

    /// <summary>Reads the checkpoint of a folder into floats of the same sizes, or returns null where there is none.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="fingerprint">What decides the outcome of the run that wants to go on.</param>
    /// <param name="floats">Where the floats go; unchanged where the checkpoint cannot be used.</param>
    /// <param name="kept">Where the weights of <see cref="KeptEpoch"/> go; asked for where the file has some.</param>
    /// <param name="allowed">What may differ.</param>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, or of a run with other options, data or weights; the message says which.
    /// </exception>
    public static Checkpoint? Load(
        string folder,
        IReadOnlyDictionary<string, string> fingerprint,
        IReadOnlyList<Memory<float>> floats,
        Func<IReadOnlyList<Memory<float>>> kept,
        ResumeChanges allowed = ResumeChanges.None)
    {
        string path = Path.Combine(folder, FileName);
        if (Directory.Exists(folder))
            RemoveUnfinished(folder);
        if (!File.Exists(path))
            return null;
        byte[] content = File.ReadAllBytes(path);
        if (content.Length < Magic.Length + sizeof(int) + SHA256.HashSizeInBytes || !content.AsSpan().StartsWith(Magic))
            throw Unusable(folder, "it is not a checkpoint");
        int hashed = content.Length - SHA256.HashSizeInBytes;
        if (!SHA256.HashData(content.AsSpan(0, hashed)).AsSpan().SequenceEqual(content.AsSpan(hashed)))
            throw Unusable(folder, "its checksum is wrong, so it is damaged");

        int headerLength = BinaryPrimitives.ReadInt32LittleEndian(content.AsSpan(Magic.Length));
        int start = Magic.Length + sizeof(int);
        var header = JsonSerializer.Deserialize<Header>(content.AsSpan(start, headerLength))!;
        if (header.Version != FormatVersion)
            throw Unusable(folder, FormattableString.Invariant($"it is of format version {header.Version}, not {FormatVersion}"));
        var changes = Changed(header.Fingerprint, fingerprint);
        RequireAllowed(folder, changes, allowed);
        var bytes = content.AsSpan(start + headerLength, hashed - start - headerLength);
        Memory<float>[] parts = HasKept(header.KeptEpoch) ? [.. floats, .. kept()] : [.. floats];
        if (bytes.Length != parts.Sum(part => (long)part.Length * sizeof(float)))
            throw Unusable(folder, "it is of a network with other weights");

        foreach (var part in parts)
        {
            var destination = MemoryMarshal.AsBytes(part.Span);
            bytes[..destination.Length].CopyTo(destination);
            bytes = bytes[destination.Length..];
        }

        return new Checkpoint(header.Position, TrainingHistory.FromJson(header.History), header.Fingerprint)
        {
            Notes = header.Notes,
            KeptEpoch = header.KeptEpoch,
            Changes = changes,
        };
    }

    private static ResumedChange[] Changed(IReadOnlyDictionary<string, string> there, IReadOnlyDictionary<string, string> here) =>
    [
        .. here.Keys.Union(there.Keys)
            .Select(key => new ResumedChange(key, there.GetValueOrDefault(key), here.GetValueOrDefault(key)))
            .Where(change => change.Before != change.Now),
    ];

    private static void RequireAllowed(string folder, IReadOnlyList<ResumedChange> changes, ResumeChanges allowed)
    {
        var refused = changes.Where(change => change.Kind == ResumeChanges.None || !allowed.HasFlag(change.Kind)).ToArray();
        if (refused.Length == 0)
            return;
        string differing = string.Join(", ", refused.Select(change => $"{change.Key} ('{change.Before}' there, '{change.Now}' here)"));
        string remedy = refused.Any(change => change.Kind != ResumeChanges.None)
            ? $". {nameof(TrainingOptions)}.{nameof(ResumeChanges)} allows other values of Epochs, LearningRate, " +
                "EarlyStopping and Schedule"
            : "";
        throw Unusable(folder, $"it is of a run with other settings: {differing}{remedy}");
    }

    private void Write(Stream file, IReadOnlyList<Memory<float>> floats)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] header = JsonSerializer.SerializeToUtf8Bytes(
            new Header(FormatVersion, Position, History.ToJson(), Fingerprint, Notes, KeptEpoch));
        byte[] length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, header.Length);
        Append(Magic);
        Append(length);
        Append(header);
        foreach (var part in floats)
            Append(MemoryMarshal.AsBytes(part.Span));
        file.Write(hash.GetHashAndReset());

        void Append(ReadOnlySpan<byte> bytes)
        {
            hash.AppendData(bytes);
            file.Write(bytes);
        }
    }

    /// <summary>A run that was killed while saving left a temporary file; runs do not share a folder, so nobody else writes it.</summary>
    private static void RemoveUnfinished(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder, $".{FileName}.*"))
            File.Delete(file);
    }

    /// <summary>The error that says why a run cannot go on from the file of a folder.</summary>
    public static InvalidDataException Unusable(string folder, string reason) =>
        new($"Training cannot go on from '{Path.Combine(folder, FileName)}': {reason}. Delete the file to start afresh, or use another " +
            "checkpoint folder.");

    private sealed record Header(
        int Version,
        RunPosition Position,
        string History,
        IReadOnlyDictionary<string, string> Fingerprint,
        IReadOnlyList<string> Notes,
        int? KeptEpoch);
}
